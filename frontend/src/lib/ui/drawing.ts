/** Draws goods without a picture: a motif for the category, colours for the name. */

const GROUNDS = [
  '#e8e2f0',
  '#f5e0dc',
  '#f3ead7',
  '#e6eedb',
  '#dfe9e6',
  '#e4e9f2',
  '#f6e6d3',
];
const INKS = ['#c5603d', '#3d7a84', '#6f8550', '#cf9a3c', '#74506e', '#2e3a46', '#a8744a'];

// Paths in a square of 100, standing on a floor at 84.
const MOTIFS: Record<string, string> = {
  books: 'M22 30h24v54H22zM49 22h12v62H49zM64 32l12-3 12 51-12 4z',
  clothing: 'M36 22l-20 14 8 14 8-4v38h36V46l8 4 8-14-20-14c-4 8-24 8-28 0z',
  games:
    'M24 34h52v50H24zM36 46m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0M64 72m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0M50 59m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0',
  garden:
    'M34 60h32l-5 24H39zM48 58C30 52 28 34 30 24c14 4 20 16 20 30 0-16 8-30 22-34 2 14-2 32-20 38z',
  kitchen:
    'M24 40h44v32a12 12 0 0 1-12 12H36a12 12 0 0 1-12-12zM68 46h6a10 10 0 0 1 0 22h-6v-7h5a4 4 0 0 0 0-8h-5z',
  lighting: 'M40 18h20l14 30H26zM47 48h6v28h-6zM34 76h32v8H34z',
  living: 'M28 18h7v34h30V18h7v66h-7V62H35v22h-7zM35 26h30v6H35zM35 38h30v6H35z',
  stationery: 'M28 20h38v64H28zM72 20l8 4-2 46-6 14-2-14zM36 32h22v4H36zM36 44h22v4H36z',
};
const BASKET = 'M30 46a20 20 0 0 1 40 0h14l-7 38H23l-7-38zM36 46h28a14 14 0 0 0-28 0z';

export interface Drawing {
  ground: string;
  ink: string;
  path: string;
}

export function drawingOf(name: string, category: string | null): Drawing {
  const number = [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0);
  return {
    ground: GROUNDS[number % GROUNDS.length] ?? '',
    ink: INKS[number % INKS.length] ?? '',
    path: MOTIFS[category?.toLowerCase() ?? ''] ?? BASKET,
  };
}
