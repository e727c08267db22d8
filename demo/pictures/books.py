from demo.pictures.shapes import INK, SAND, SNOW, area, disc, line, rect


def _cover(main: str, accent: str, *ornament: str) -> list[str]:
    return [
        rect(28, 16, 50, 70, SAND, 2),
        rect(24, 12, 50, 70, main, 3),
        rect(24, 12, 7, 70, INK, 3),
        *ornament,
        line("M42 70H64", accent),
    ]


def mountain_book(main: str, accent: str) -> list[str]:
    return _cover(
        main,
        accent,
        area("M36 58L48 34L54 44L58 38L68 58Z", accent),
        disc(62, 26, 4, SNOW),
    )


def moon_book(main: str, accent: str) -> list[str]:
    return _cover(main, accent, disc(52, 40, 15, accent), disc(58, 36, 13, main))


def leaf_book(main: str, accent: str) -> list[str]:
    return _cover(
        main,
        accent,
        area("M52 20Q74 38 52 60Q32 38 52 20Z", accent),
        line("M52 28V62", main, 2),
    )


def wave_book(main: str, accent: str) -> list[str]:
    wave = "q5-8 10 0t10 0t10 0"
    return _cover(
        main,
        accent,
        line(f"M37 34{wave}M37 44{wave}M37 54{wave}", accent),
        disc(64, 24, 5, SNOW),
    )


def house_book(main: str, accent: str) -> list[str]:
    return _cover(
        main,
        accent,
        area("M36 42L52 26L68 42V60H36Z", accent),
        rect(48, 48, 8, 12, main),
    )


def book_stack(main: str, accent: str) -> list[str]:
    return [
        rect(18, 70, 64, 16, main, 3),
        rect(24, 54, 54, 16, accent, 3),
        rect(30, 40, 46, 14, INK, 3),
        *(line(f"M{x} {y}H{x + 10}", SNOW) for x, y in ((28, 78), (34, 62), (40, 47))),
        disc(54, 31, 9, accent),
        line("M54 23Q54 17 60 15", INK, 2),
    ]


def open_book(main: str, accent: str) -> list[str]:
    return [
        area("M10 34L50 42L90 34V80L50 86L10 80Z", main),
        area("M14 30Q34 26 50 38V80Q34 70 14 74Z", SNOW),
        area("M86 30Q66 26 50 38V80Q66 70 86 74Z", SNOW),
        line("M22 42Q34 40 42 46M22 52Q34 50 42 56M58 46Q66 40 78 42", INK, 2),
        area("M68 54V74L72 70L76 74V52Z", accent),
    ]


DRAWINGS = [
    mountain_book,
    moon_book,
    leaf_book,
    wave_book,
    house_book,
    book_stack,
    open_book,
]
