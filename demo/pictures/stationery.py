from demo.pictures.shapes import BRASS, INK, SAND, SNOW, STONE, area, disc, line, rect


def notebook(main: str, accent: str) -> list[str]:
    return [
        rect(29, 17, 48, 70, SNOW, 4),
        rect(25, 13, 48, 70, main, 5),
        rect(62, 13, 4, 70, accent),
        rect(34, 28, 20, 12, SNOW, 1),
        line("M37 34H50", INK, 2),
    ]


def fountain_pen(main: str, accent: str) -> list[str]:
    return [
        line("M40 60L78 22", main, 11),
        line("M74 18L62 34", accent, 2),
        line("M44 52L48 56", accent, 3),
        area("M32 58L42 68L20 80Z", BRASS),
        line("M20 80L32 68", INK, 1),
        line("M14 86Q30 78 46 86T80 84", INK, 2),
    ]


def pencils(main: str, accent: str) -> list[str]:
    def pencil(x: int, top: int, colour: str) -> list[str]:
        tip = f"M{x} {top}L{x + 5} {top - 14}L{x + 10} {top}Z"
        return [rect(x, top, 10, 40, colour), area(tip, SAND)]

    return [
        *pencil(32, 34, main),
        *pencil(45, 26, accent),
        *pencil(58, 36, INK),
        area("M26 52H74L70 86H30Z", STONE),
        rect(24, 50, 52, 5, INK, 2),
    ]


def ink_bottle(main: str, accent: str) -> list[str]:
    return [
        area("M40 36H60V44L76 54V82Q76 86 72 86H28Q24 86 24 82V54L40 44Z", SNOW),
        area("M28 62H72V82H28Z", main),
        rect(38, 22, 24, 15, INK, 3),
        rect(36, 64, 28, 14, accent, 1),
        line("M42 71H58", INK, 2),
    ]


def envelopes(main: str, accent: str) -> list[str]:
    return [
        rect(22, 28, 66, 44, accent, 2),
        rect(12, 38, 66, 46, main, 2),
        line("M13 40L45 64L77 40", INK, 2),
        disc(45, 62, 7, accent),
    ]


def scissors(main: str, accent: str) -> list[str]:
    return [
        area("M42 60L66 8L72 13L50 62Z", STONE),
        area("M58 60L34 8L28 13L50 62Z", STONE),
        *(line(f"M{x} 62a11 11 0 1 0 1 0z", main, 6) for x in (34, 66)),
        disc(50, 52, 3, accent),
    ]


DRAWINGS = [notebook, fountain_pen, pencils, ink_bottle, envelopes, scissors]
