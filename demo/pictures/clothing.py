from demo.pictures.shapes import INK, SNOW, area, disc, line, rect

BODY = "M36 20Q50 30 64 20L78 28L"


def sweater(main: str, accent: str) -> list[str]:
    return [
        area(f"{BODY}92 74L80 78L72 50V84H28V50L20 78L8 74L22 28Z", main),
        line("M37 22Q50 32 63 22", accent, 4),
        line("M30 46L38 54L46 46L54 54L62 46L70 54", accent),
        rect(28, 80, 44, 6, accent),
    ]


def shirt(main: str, accent: str) -> list[str]:
    return [
        area(f"{BODY}90 46L76 54L72 46V86H28V46L24 54L10 46L22 28Z", main),
        line("M36 20Q50 32 64 20", accent),
        *(line(f"M30 {y}H70", accent) for y in (50, 60, 70, 80)),
    ]


def jacket(main: str, accent: str) -> list[str]:
    return [
        area(f"{BODY}90 76L78 78L72 50V86H28V50L22 78L10 76L22 28Z", main),
        area("M36 20L50 40L64 20L50 26Z", SNOW),
        line("M50 40V86", accent, 2),
        *(disc(55, y, 2, accent) for y in (50, 62, 74)),
        line("M33 66H43M60 66H68", accent, 2),
    ]


def scarf(main: str, accent: str) -> list[str]:
    stripes = [(28, 62), (28, 72), (52, 50), (52, 60)]
    return [
        line("M32 26Q50 46 68 26", main, 15),
        rect(28, 36, 17, 46, main),
        rect(52, 36, 17, 34, main),
        *(rect(x, y, 17, 5, accent) for x, y in stripes),
        line("M31 84V88M36 84V88M41 84V88M55 72V76M60 72V76M65 72V76", main, 2),
    ]


def beanie(main: str, accent: str) -> list[str]:
    return [
        disc(50, 18, 9, accent),
        area("M22 66Q20 24 50 24T78 66Z", main),
        line("M36 32V62M50 26V62M64 32V62", accent, 2),
        rect(18, 62, 64, 18, accent, 6),
    ]


def socks(main: str, accent: str) -> list[str]:
    def sock(x: int) -> list[str]:
        foot = f"M{x} 18h18v40l18 12q6 14-8 14h-18q-10-2-10-12z"
        return [
            area(foot, main),
            rect(x, 18, 18, 8, accent),
            rect(x, 36, 18, 6, accent),
        ]

    return [*sock(50), *sock(20)]


def tote(main: str, accent: str) -> list[str]:
    return [
        line("M36 46V28Q36 12 50 12T64 28V46", accent, 4),
        area("M22 38H78L82 86H18Z", main),
        disc(50, 62, 12, accent),
        line("M50 70V56M50 64Q42 62 42 56M50 62Q58 60 58 54", SNOW, 2),
    ]


def mittens(main: str, accent: str) -> list[str]:
    def mitten(path: str, cuff: int) -> list[str]:
        return [area(path, main), rect(cuff, 70, 26, 14, accent, 3)]

    return [
        line("M32 82Q50 98 68 82", INK, 2),
        *mitten("M20 70V34Q20 18 32 18T44 34V48L50 42Q56 46 50 54L42 70Z", 18),
        *mitten("M80 70V34Q80 18 68 18T56 34V48L52 56Q54 64 58 70Z", 56),
    ]


DRAWINGS = [sweater, shirt, jacket, scarf, beanie, socks, tote, mittens]
