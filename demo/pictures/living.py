from demo.pictures.shapes import (
    BRASS,
    INK,
    MOSS,
    SNOW,
    WOOD,
    area,
    disc,
    line,
    oval,
    rect,
)


def chair(main: str, accent: str) -> list[str]:
    return [
        line("M32 60L28 86M68 60L72 86M30 16V58M70 16V58", main, 5),
        rect(30, 16, 40, 9, main, 4),
        rect(30, 32, 40, 6, main, 3),
        rect(26, 54, 48, 9, accent, 4),
    ]


def stool(main: str, accent: str) -> list[str]:
    return [
        line("M34 48L24 86M66 48L76 86M50 50V84", main, 5),
        line("M30 70H70", main),
        oval(50, 46, 28, 7, accent),
        oval(50, 44, 28, 7, main),
    ]


def cushion(main: str, accent: str) -> list[str]:
    return [
        area("M18 26Q50 34 82 26Q76 54 82 84Q50 76 18 84Q24 54 18 26Z", main),
        line("M34 31Q37 55 34 79M50 31V78M66 31Q63 55 66 79", accent),
        *(disc(x, y, 3, accent) for x, y in ((18, 26), (82, 26), (18, 84), (82, 84))),
    ]


def clock(main: str, accent: str) -> list[str]:
    return [
        disc(50, 48, 36, main),
        disc(50, 48, 29, SNOW),
        line("M50 23V27M50 69V73M25 48H29M71 48H75", INK, 2),
        line("M50 48V30M50 48L62 56", accent),
        disc(50, 48, 3, INK),
    ]


def vase(main: str, accent: str) -> list[str]:
    return [
        line("M50 44V14M48 46Q40 30 32 26M52 46Q60 30 68 24", MOSS, 2),
        *(disc(x, y, 7, accent) for x, y in ((50, 14), (31, 24), (69, 22))),
        area("M42 42H58Q56 52 66 60Q76 76 62 86H38Q24 76 34 60Q44 52 42 42Z", main),
        line("M32 66Q50 74 68 66", SNOW, 2),
    ]


def blanket(main: str, accent: str) -> list[str]:
    return [
        rect(16, 66, 68, 18, main, 8),
        rect(16, 50, 68, 18, accent, 8),
        rect(16, 34, 68, 18, main, 8),
        line("M24 43H76M24 59H76M24 75H76", SNOW, 1),
        line("M70 36V48M64 36V48", SNOW, 2),
    ]


def mirror(main: str, accent: str) -> list[str]:
    return [
        oval(50, 46, 30, 38, main),
        oval(50, 46, 25, 33, accent),
        line("M38 40L54 22M42 54L64 30", SNOW),
        rect(36, 82, 28, 5, WOOD, 2),
    ]


def basket(main: str, accent: str) -> list[str]:
    return [
        line("M26 46Q50 2 74 46", main, 4),
        disc(38, 46, 9, accent),
        disc(56, 44, 11, BRASS),
        area("M18 46H82L74 86H26Z", main),
        line("M22 58H78M24 70H76M38 48L42 84M62 48L58 84", INK, 1),
    ]


DRAWINGS = [chair, stool, cushion, clock, vase, blanket, mirror, basket]
