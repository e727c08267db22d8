from demo.pictures.shapes import (
    BRASS,
    INK,
    SNOW,
    STONE,
    WOOD,
    area,
    disc,
    line,
    oval,
    rect,
)


def mug(main: str, accent: str) -> list[str]:
    return [
        line("M66 46c20-4 20 24 0 22", main, 6),
        area("M26 34H70V74Q70 86 58 86H38Q26 86 26 74Z", main),
        rect(26, 54, 44, 8, accent),
        oval(48, 34, 22, 5, INK),
        line("M40 24c-4-6 4-8 0-14M54 24c-4-6 4-8 0-14", STONE, 2),
    ]


def teapot(main: str, accent: str) -> list[str]:
    return [
        line("M74 50c20-10 20 24-4 24", main, 5),
        area("M30 52L12 40L20 36L36 44Z", main),
        area("M26 62a25 25 0 0 1 50 0q0 24-12 24H38q-12 0-12-24z", main),
        oval(51, 40, 14, 4, accent),
        disc(51, 33, 5, accent),
        line("M30 66c12 6 30 6 42 0", accent, 2),
    ]


def pan(main: str, accent: str) -> list[str]:
    return [
        line("M60 52L90 28", accent, 7),
        oval(40, 62, 32, 22, main),
        oval(40, 59, 27, 17, INK),
        area("M22 56q14-10 30-4q-16 0-30 4z", STONE),
        disc(86, 31, 2, SNOW),
    ]


def knife(main: str, accent: str) -> list[str]:
    return [
        area("M18 70L64 24Q72 40 52 58L34 70Z", STONE),
        line("M18 70L64 24", SNOW, 2),
        line("M66 22L80 8", main, 9),
        disc(70, 18, 1, accent),
        disc(76, 12, 1, accent),
    ]


def bowl(main: str, accent: str) -> list[str]:
    return [
        disc(38, 44, 11, accent),
        disc(58, 42, 13, BRASS),
        area("M14 48H86Q84 84 50 86Q16 84 14 48Z", main),
        line("M20 58H80", SNOW, 2),
        rect(38, 84, 24, 4, main, 2),
    ]


def jar(main: str, accent: str) -> list[str]:
    return [
        rect(28, 30, 44, 56, SNOW, 8),
        rect(32, 48, 36, 35, main, 6),
        rect(30, 20, 40, 12, accent, 3),
        rect(38, 56, 24, 16, SNOW, 2),
        line("M42 62H58M42 67H52", INK, 2),
    ]


def board(main: str, accent: str) -> list[str]:
    return [
        rect(30, 30, 44, 56, main, 8),
        rect(45, 10, 14, 26, main, 6),
        disc(52, 18, 3, SNOW),
        line("M38 40V76M52 44V80M66 38V74", accent, 1),
    ]


def mill(main: str, accent: str) -> list[str]:
    return [
        disc(50, 16, 6, accent),
        area("M38 36Q36 22 50 22T62 36Z", main),
        rect(40, 36, 20, 4, accent),
        area("M40 40H60Q56 56 62 64L66 86H34L38 64Q44 56 40 40Z", main),
        line("M37 76H63", accent, 2),
    ]


def coffee_pot(main: str, accent: str) -> list[str]:
    return [
        line("M64 30H80V66", WOOD, 5),
        area("M34 26H64L60 50H38Z", main),
        area("M36 28L24 24L36 38Z", main),
        rect(37, 50, 24, 5, accent),
        area("M38 55H60L68 86H30Z", main),
        area("M34 26q15-10 30 0z", accent),
        disc(49, 17, 4, INK),
    ]


DRAWINGS = [mug, teapot, pan, knife, bowl, jar, board, mill, coffee_pot]
