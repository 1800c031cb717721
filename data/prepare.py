"""Makes the demo shop's files from the retailer's own product list.

    python -m data.prepare                     writes data/shop/{products,categories,stock}.csv
    python -m data.prepare --full DIRECTORY    writes the same three files for all 92,331 products
    python -m data.prepare --import FILE       writes all of them as `manage.py import_products` reads them

Standard library only, no clock and no chance: the same source always makes the same bytes.
"""

import argparse
import csv
import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from data import not_for_sale
from data.tax_codes import TaxCode, tax_code
from data.wording import NAMED_BY_CATEGORY, presentable, presentable_size, slugify

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "complete-journey" / "products.csv.gz"
SHOP = HERE / "shop"

SHOP_SIZE = 1_000

# Seldom sold products have a median price over two or three baskets: no shelf price to show.
SOLD_AT_LEAST = 20

# A number and a unit; the source also has notes and order numbers in this column.
PACK_SIZE = re.compile(
    r"(\d+ \d/\d|\d+/\d|\d*\.?\d+) "
    r"(OZ|LB|CT|GAL|QT|PT|PK|L|ML|SQ FT|FT|IN|DZ|DOZ|LOAD|STEM|ROLL)"
)

# The source cuts a type off at this length, in the middle of a word.
CUT_OFF_AT = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceProduct:
    """A row of the retailer's list, as the retailer wrote it."""

    product_id: int
    department: str
    brand: str
    category: str
    product_type: str
    package_size: str
    price_minor: int | None
    units_sold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopProduct:
    """A row of products.csv. `price_minor` is in US cents, empty where nothing was ever sold."""

    sku: str
    title: str
    brand: str
    department: str
    category: str
    category_slug: str
    product_type: str
    package_size: str
    tax_code: TaxCode
    price_minor: int | None
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopCategory:
    """A row of categories.csv: a department, or a category with its department as parent."""

    slug: str
    parent_slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopStock:
    """A row of stock.csv: units of one sku in one warehouse of warehouses.json."""

    sku: str
    warehouse: str
    units: int


def read_source(path: Path = SOURCE) -> list[SourceProduct]:
    """Every product of the retailer, by product id."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = [
            SourceProduct(
                product_id=int(row["product_id"]),
                department=row["department"],
                brand=row["brand"],
                category=" ".join(row["product_category"].split()),
                product_type=" ".join(row["product_type"].split()),
                package_size=" ".join(row["package_size"].split()),
                # Two products cost 0: given away, not priced.
                price_minor=int(row["unit_price_minor"] or 0) or None,
                units_sold=int(row["units_sold_2017"]),
            )
            for row in csv.DictReader(file)
        ]
    return sorted(rows, key=lambda row: row.product_id)


def select_shop(products: Iterable[SourceProduct], *, size: int = SHOP_SIZE) -> list[SourceProduct]:
    """The `size` products of the demo shop: every category in turn, its most sold first.

    Inside a category the types take turns too, so that a shelf shows different things and not
    five sizes of one. Ties go to the lower product id.
    """
    by_category: dict[tuple[str, str], list[SourceProduct]] = defaultdict(list)
    for product in filter(is_fit_for_the_shop, products):
        by_category[product.department, product.category].append(product)

    in_turn = [
        (turn, product)
        for shelf in by_category.values()
        for turn, product in enumerate(_types_in_turn(shelf))
    ]
    in_turn.sort(key=lambda entry: (entry[0], -entry[1].units_sold, entry[1].product_id))
    return sorted((product for _, product in in_turn[:size]), key=lambda x: x.product_id)


def is_fit_for_the_shop(product: SourceProduct) -> bool:
    """Goods anybody may buy, described well enough to be shown, sold often enough to be priced."""
    return bool(
        product.price_minor
        and product.units_sold >= SOLD_AT_LEAST
        and product.category
        and product.product_type
        and PACK_SIZE.fullmatch(product.package_size)
        and product.department not in not_for_sale.DEPARTMENTS
        and product.category not in not_for_sale.CATEGORIES
        and product.product_type not in not_for_sale.TYPES
        and not _is_cut_off(product.product_type)
    )


def present(
    products: Sequence[SourceProduct], *, titles: Mapping[str, str] | None = None
) -> list[ShopProduct]:
    """The same products in presentable words.

    A title carries the product id only where type and size do not tell two products apart.
    `titles` by sku are kept as they are, so that a larger shop does not rename a smaller one.
    """
    kept = titles or {}
    plain = {f"CJ-{x.product_id}": _plain_title(x) for x in products}
    taken = Counter(plain[sku] for sku in plain if sku not in kept)
    taken.update(kept.values())

    shop = []
    for product in products:
        sku = f"CJ-{product.product_id}"
        title = kept.get(sku) or plain[sku]
        if sku not in kept and taken[title] > 1:
            title = f"{title} (No. {product.product_id})"
        department = presentable(product.department)
        category = presentable(product.category)
        shop.append(
            ShopProduct(
                sku=sku,
                title=title,
                brand=product.brand,
                department=department,
                category=category,
                category_slug=slugify(f"{department} {category}"),
                product_type=presentable(product.product_type),
                package_size=product.package_size,
                tax_code=tax_code(
                    department=product.department,
                    category=product.category,
                    product_type=product.product_type,
                ),
                price_minor=product.price_minor,
                slug=slugify(f"{plain[sku]} {product.product_id}"),
            )
        )
    return shop


def categories_of(products: Iterable[ShopProduct]) -> list[ShopCategory]:
    """The two-level tree of departments and their categories."""
    tree: dict[str, ShopCategory] = {}
    for product in products:
        parent = slugify(product.department)
        tree[parent] = ShopCategory(slug=parent, parent_slug="", name=product.department)
        if product.category:
            tree[product.category_slug] = ShopCategory(
                slug=product.category_slug, parent_slug=parent, name=product.category
            )
    return sorted(tree.values(), key=lambda x: (x.parent_slug or x.slug, x.parent_slug, x.name))


def stock_of(products: Iterable[SourceProduct]) -> list[ShopStock]:
    """Units in both warehouses: what the sample of households bought in a year, and a little.

    The split is three to two. Of every fifty products one is sold out, one down to its last unit
    and one held in the east only, so that the demo meets those cases too.
    """
    stock = []
    for place, product in enumerate(sorted(products, key=lambda x: x.product_id)):
        units = product.units_sold + 10
        east, west = units - units * 2 // 5, units * 2 // 5
        match place % 50:
            case 20:
                east, west = 0, 0
            case 30:
                east, west = 1, 0
            case 40:
                east, west = units, 0
            case _:
                pass
        sku = f"CJ-{product.product_id}"
        stock.append(ShopStock(sku=sku, warehouse="us-east", units=east))
        stock.append(ShopStock(sku=sku, warehouse="us-west", units=west))
    return stock


def write_shop(directory: Path, *, full: bool = False) -> None:
    """Write products.csv, categories.csv and stock.csv into `directory`."""
    source = read_source()
    selection = select_shop(source)
    products = present(selection)
    if full:
        products = present(source, titles={x.sku: x.title for x in products})
    directory.mkdir(parents=True, exist_ok=True)
    _write_csv(directory / "products.csv", ShopProduct, products)
    _write_csv(directory / "categories.csv", ShopCategory, categories_of(products))
    _write_csv(directory / "stock.csv", ShopStock, stock_of(source if full else selection))


def write_import(path: Path) -> None:
    """Write every product as a file that can be imported; what was never sold is not published."""
    source = read_source()
    products = present(source, titles={x.sku: x.title for x in present(select_shop(source))})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            [
                *("slug", "title", "brand", "categories", "published"),
                *("sku", "tax_category", "price:USD"),
            ]
        )
        for x in products:
            price = (
                "" if x.price_minor is None else f"{x.price_minor // 100}.{x.price_minor % 100:02}"
            )
            published = "yes" if price else "no"
            writer.writerow(
                [x.slug, x.title, x.brand, x.category_slug, published, x.sku, x.tax_code, price]
            )


def _types_in_turn(shelf: Iterable[SourceProduct]) -> list[SourceProduct]:
    most_sold_first = sorted(shelf, key=lambda x: (-x.units_sold, x.product_id))
    seen: Counter[str] = Counter()
    turns: list[tuple[int, SourceProduct]] = []
    for product in most_sold_first:
        turns.append((seen[product.product_type], product))
        seen[product.product_type] += 1
    # Stable: within a turn the most sold stays first.
    return [product for _, product in sorted(turns, key=lambda entry: entry[0])]


def _is_cut_off(product_type: str) -> bool:
    # A parenthesis left open is dropped by the wording, so what stands before it is whole.
    is_left_open = product_type.count("(") > product_type.count(")")
    return len(product_type) >= CUT_OFF_AT and not is_left_open and not product_type.endswith(")")


def _plain_title(product: SourceProduct) -> str:
    name = presentable(product.product_type or product.category or product.department)
    if product.product_type in NAMED_BY_CATEGORY:
        name = f"{presentable(product.category)}: {name}"
    size = presentable_size(product.package_size)
    return f"{name}, {size}" if size else name


def _write_csv(path: Path, row_type: type, rows: Iterable[object]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [x.name for x in fields(row_type)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)  # type: ignore[call-overload]  # rows are row_type


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", type=Path, metavar="DIRECTORY", help="all products, there")
    parser.add_argument("--import", type=Path, metavar="FILE", dest="file", help="all, to import")
    wanted = parser.parse_args()
    if wanted.file is not None:
        write_import(wanted.file)
    else:
        write_shop(wanted.full or SHOP, full=wanted.full is not None)
