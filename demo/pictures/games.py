from demo.pictures.shapes import INK, SNOW, area, disc, line, oval, rect


def chess(main: str, accent: str) -> list[str]:
    return [
        disc(36, 38, 11, main),
        area("M30 46H42Q40 66 52 76H20Q32 66 30 46Z", main),
        rect(16, 76, 40, 9, main, 3),
        area("M60 30V22H64V26H68V22H74V26H78V22H82V30L78 36V70H64V36Z", accent),
        rect(56, 76, 30, 9, accent, 3),
        rect(60, 68, 22, 8, accent),
    ]


def dice(main: str, accent: str) -> list[str]:
    return [
        rect(16, 42, 42, 42, main, 8),
        *(disc(x, y, 4, SNOW) for x, y in ((27, 53), (37, 63), (47, 73))),
        *(disc(x, y, 4, SNOW) for x, y in ((27, 73), (47, 53))),
        rect(54, 22, 32, 32, accent, 6),
        *(disc(x, y, 3, SNOW) for x, y in ((63, 31), (77, 45))),
    ]


def train(main: str, accent: str) -> list[str]:
    return [
        rect(30, 26, 9, 20, accent),
        area("M26 20H43L39 28H30Z", INK),
        rect(20, 44, 50, 26, main, 8),
        rect(56, 24, 28, 46, accent, 3),
        rect(62, 32, 16, 14, SNOW, 2),
        rect(16, 68, 70, 6, INK, 2),
        *(disc(x, 78, 8, main) for x in (30, 50, 72)),
        *(disc(x, 78, 3, SNOW) for x in (30, 50, 72)),
    ]


def puzzle(main: str, accent: str) -> list[str]:
    piece = "h12q-4-10 5-10t5 10h12v12q10-4 10 5t-10 5v12h-34z"
    return [
        area(f"M16 50{piece}", main),
        area(f"M50 26{piece}", accent),
    ]


def kite(main: str, accent: str) -> list[str]:
    return [
        area("M58 10L82 34L44 66L36 26Z", main),
        area("M58 10L44 66L36 26Z", accent),
        line("M44 66Q30 70 34 80T18 88", INK, 2),
        area("M32 70l10 4-2-8zM26 82l10 4-2-8z", main),
    ]


def cards(main: str, accent: str) -> list[str]:
    heart = "M56 70C34 52 46 40 56 50C66 40 78 52 56 70Z"
    return [
        area("M18 30L50 18L68 66L36 78Z", main),
        line("M24 34L48 24L62 62L40 72Z", SNOW, 1),
        rect(38, 30, 38, 54, SNOW, 4),
        area(heart, accent),
        disc(44, 36, 2, accent),
        disc(70, 78, 2, accent),
    ]


def spinning_top(main: str, accent: str) -> list[str]:
    return [
        line("M50 10V30", accent, 6),
        area("M18 44Q50 20 82 44Q76 60 50 86Q24 60 18 44Z", main),
        oval(50, 43, 32, 8, accent),
        line("M28 60Q50 70 72 60", SNOW, 3),
    ]


DRAWINGS = [chess, dice, train, puzzle, kite, cards, spinning_top]
