"""Writes the font of the tests of pictures: 数 and 字 are solid squares. Needs fonttools."""

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen


def square(size):
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for corner in [(50, size), (size, size), (size, 0)]:
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


names = [".notdef", "su", "ji"]
builder = FontBuilder(1000, isTTF=True)
builder.setupGlyphOrder(names)
builder.setupCharacterMap({0x6570: "su", 0x5B57: "ji"})
builder.setupGlyf({name: square(950 if name != ".notdef" else 100) for name in names})
builder.setupHorizontalMetrics({name: (1000, 50) for name in names})
builder.setupHorizontalHeader(ascent=900, descent=-100)
builder.setupNameTable({"familyName": "Squares", "styleName": "Regular", "psName": "Squares"})
builder.setupOS2(sTypoAscender=900, usWinAscent=900, usWinDescent=100)
builder.setupPost()
# A name that the search for fonts knows.
builder.save("NotoSansSC-Regular.ttf")
