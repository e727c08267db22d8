"""The few shapes and colours of all pictures, on a field of 100 by 100."""

PALETTE = {
    "ink": "#2e3a46",
    "snow": "#fffaf0",
    "sand": "#e6cfa3",
    "brass": "#cf9a3c",
    "wood": "#a8744a",
    "clay": "#c5603d",
    "rose": "#dd938b",
    "plum": "#74506e",
    "moss": "#6f8550",
    "sea": "#3d7a84",
    "sky": "#97c0cd",
    "stone": "#9aa3a6",
}
INK, SNOW, SAND, BRASS, WOOD, CLAY, ROSE, PLUM, MOSS, SEA, SKY, STONE = PALETTE.values()


def rect(x: int, y: int, width: int, height: int, fill: str, radius: int = 0) -> str:
    rounded = f" rx='{radius}'" if radius else ""
    return (
        f"<rect x='{x}' y='{y}' width='{width}' height='{height}'{rounded}"
        f" fill='{fill}'/>"
    )


def disc(x: int, y: int, radius: int, fill: str) -> str:
    return f"<circle cx='{x}' cy='{y}' r='{radius}' fill='{fill}'/>"


def oval(x: int, y: int, across: int, down: int, fill: str) -> str:
    return f"<ellipse cx='{x}' cy='{y}' rx='{across}' ry='{down}' fill='{fill}'/>"


def area(path: str, fill: str) -> str:
    return f"<path d='{path}' fill='{fill}'/>"


def line(path: str, colour: str, width: int = 3) -> str:
    return (
        f"<path d='{path}' fill='none' stroke='{colour}' stroke-width='{width}'"
        " stroke-linecap='round' stroke-linejoin='round'/>"
    )
