from demo.pictures.shapes import BRASS, INK, SNOW, area, disc, line, oval, rect


def desk_lamp(main: str, accent: str) -> list[str]:
    return [
        rect(36, 80, 34, 6, main, 3),
        line("M56 80L70 54L46 30", main, 4),
        disc(70, 54, 4, accent),
        disc(27, 49, 9, SNOW),
        area("M42 20L56 34L38 60L16 38Z", accent),
    ]


def pendant(main: str, accent: str) -> list[str]:
    return [
        line("M50 0V28", INK, 2),
        rect(45, 24, 10, 10, accent, 2),
        disc(50, 62, 9, SNOW),
        area("M18 62C18 42 32 32 50 32S82 42 82 62Z", main),
        line("M18 62H82", accent),
    ]


def lantern(main: str, accent: str) -> list[str]:
    return [
        line("M36 30C36 8 64 8 64 30", main),
        area("M30 34L42 22H58L70 34Z", main),
        rect(33, 34, 34, 44, SNOW),
        area("M50 44C60 56 56 66 50 68C44 66 40 56 50 44Z", accent),
        rect(46, 66, 8, 12, BRASS),
        line("M33 34V78M67 34V78", main),
        rect(28, 78, 44, 8, main, 2),
    ]


def floor_lamp(main: str, accent: str) -> list[str]:
    return [
        line("M50 40V84", main),
        oval(50, 85, 18, 4, main),
        area("M38 14H62L74 42H26Z", accent),
        line("M62 42V56", main, 1),
        disc(62, 58, 2, main),
    ]


def candle(main: str, accent: str) -> list[str]:
    return [
        oval(50, 82, 26, 6, accent),
        line("M76 80c10-6 10 8-2 6", accent),
        rect(42, 40, 16, 40, main, 2),
        line("M50 40V34", INK, 2),
        area("M50 16C58 26 56 34 50 36C44 34 42 26 50 16Z", BRASS),
    ]


def string_lights(main: str, accent: str) -> list[str]:
    bulbs = [(16, 38), (33, 52), (50, 57), (67, 52), (84, 38)]
    return [
        line("M4 22C24 58 76 58 96 22", INK, 2),
        *(rect(x - 2, y - 9, 5, 7, INK) for x, y in bulbs),
        *(disc(x, y + 4, 7, main) for x, y in bulbs[::2]),
        *(disc(x, y + 4, 7, accent) for x, y in bulbs[1::2]),
    ]


def table_lamp(main: str, accent: str) -> list[str]:
    return [
        line("M50 48V60", BRASS, 4),
        oval(50, 70, 18, 15, main),
        line("M34 68c10 6 22 6 32 0", SNOW, 2),
        area("M36 18H64L78 50H22Z", accent),
        rect(38, 82, 24, 5, BRASS, 2),
    ]


DRAWINGS = [
    desk_lamp,
    pendant,
    lantern,
    floor_lamp,
    candle,
    string_lights,
    table_lamp,
]
