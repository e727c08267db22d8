from demo.pictures.shapes import (
    CLAY,
    INK,
    MOSS,
    SNOW,
    STONE,
    WOOD,
    area,
    disc,
    line,
    oval,
    rect,
)

POT = "M32 60H68L62 86H38Z"


def watering_can(main: str, accent: str) -> list[str]:
    return [
        line("M60 44Q88 36 82 66L66 76", accent, 4),
        area("M38 62L16 40L22 36L42 50Z", main),
        line("M12 44L26 32", accent, 4),
        rect(36, 44, 34, 42, main, 4),
        rect(36, 52, 34, 5, accent),
        line("M12 52V56M18 58V62M10 62V66", STONE, 2),
    ]


def fern(main: str, accent: str) -> list[str]:
    return [
        line("M50 60V26M50 60Q40 34 22 34M50 60Q60 34 78 34", main, 6),
        line("M50 60Q34 46 18 54M50 60Q66 46 82 54", main, 6),
        area(POT, accent),
        rect(29, 56, 42, 9, accent, 2),
        line("M32 66H68", INK, 1),
    ]


def cactus(main: str, accent: str) -> list[str]:
    return [
        rect(41, 20, 18, 44, main, 9),
        line("M41 48H30V36M59 42H70V30", main, 8),
        disc(50, 18, 5, CLAY),
        line("M47 30V34M53 38V42M47 46V50", SNOW, 1),
        area(POT, accent),
        rect(29, 56, 42, 9, accent, 2),
    ]


def trowel(main: str, accent: str) -> list[str]:
    return [
        line("M78 14L62 32", accent, 10),
        line("M62 32L50 46", STONE, 4),
        area("M36 40L56 60Q44 82 18 80Q18 56 36 40Z", main),
        line("M46 50L26 72", SNOW, 2),
    ]


def seed_packet(main: str, accent: str) -> list[str]:
    petals = [(50, 38), (60, 46), (56, 58), (44, 58), (40, 46)]
    return [
        rect(26, 12, 48, 74, SNOW, 2),
        rect(26, 12, 48, 12, main, 2),
        *(disc(x, y, 8, accent) for x, y in petals),
        disc(50, 49, 6, INK),
        line("M36 74H64M42 80H58", main, 2),
    ]


def birdhouse(main: str, accent: str) -> list[str]:
    return [
        rect(46, 70, 8, 18, WOOD),
        rect(30, 38, 40, 36, main),
        area("M22 40L50 14L78 40L72 44L50 24L28 44Z", accent),
        disc(50, 50, 8, INK),
        line("M50 64V68", INK),
    ]


def planter(main: str, accent: str) -> list[str]:
    return [
        *(line(f"M{x} 60V40", MOSS) for x in (28, 50, 72)),
        *(oval(x, 34, 8, 10, accent) for x in (28, 50, 72)),
        *(oval(x - 6, 52, 6, 3, MOSS) for x in (28, 50, 72)),
        rect(14, 58, 72, 26, main, 3),
        line("M14 70H86", INK, 1),
    ]


DRAWINGS = [watering_can, fern, cactus, trowel, seed_packet, birdhouse, planter]
