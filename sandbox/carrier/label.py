"""Draws a label in ZPL, the language of the printers that stand in warehouses."""

from typing import Any

# A hundred by a hundred and fifty millimetres at eight dots a millimetre.
WIDTH_DOTS, HEIGHT_DOTS = 800, 1200


def draw_label(tracking_number: str, shipment: dict[str, Any]) -> str:
    """The label of a parcel: sender, receiver, service, and the number as GS1-128 (AI 00)."""
    sender = _lines(shipment["from"])
    receiver = _lines(shipment["to"])
    return "\n".join(
        [
            f"^XA^CI28^PW{WIDTH_DOTS}^LL{HEIGHT_DOTS}",
            *(_text(40, 40 + 34 * row, 26, line) for row, line in enumerate(sender)),
            *(_text(40, 300 + 56 * row, 44, line) for row, line in enumerate(receiver)),
            _text(40, 760, 60, shipment["service"].upper()),
            _text(440, 760, 60, f"{shipment['parcel']['weight_g']} g"),
            # >;>8 starts a GS1-128 code: subset C, then function 1.
            f"^FO80,860^BY3^BCN,200,N,N,N^FD>;>800{tracking_number}^FS",
            _text(180, 1090, 44, f"(00) {tracking_number}"),
            "^XZ",
        ]
    )


def _lines(address: dict[str, Any]) -> list[str]:
    place = " ".join(
        part for part in (address["postal_code"], address["city"], address["region"]) if part
    )
    lines = [address["name"], address["line1"], address["line2"], place, address["country"]]
    return [line for line in lines if line]


def _text(x: int, y: int, size: int, text: str) -> str:
    # ^ and ~ start commands: as characters they have to be written in hexadecimal after ^FH.
    safe = text.replace("_", "_5F").replace("^", "_5E").replace("~", "_7E")
    return f"^FO{x},{y}^A0N,{size}^FH^FD{safe}^FS"
