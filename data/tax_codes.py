"""Sorts products by what tax law calls them, from the retailer's departments and categories.

The lines are those of Germany's reduced rate (UStG section 12(2) no. 1 with Annex 2): foodstuffs,
but of drinks only milk; pet food; live plants and cut flowers; books and periodicals; feminine
hygiene. It is coarse on purpose: the source does not say enough to classify single products, and
a real shop has its tax adviser do it.
"""

from typing import Literal

TaxCode = Literal["general", "food", "pet_food", "plants", "books", "feminine_hygiene"]

FOOD_DEPARTMENTS = {
    "DELI",
    "FROZEN GROCERY",
    "GROCERY",
    "MEAT",
    "MEAT-PCKGD",
    "NUTRITION",
    "PASTRY",
    "PRODUCE",
    "SEAFOOD",
    "SEAFOOD-PCKGD",
}

# Food that the retailer shelves elsewhere, and what is no food on the shelves above.
CODE_BY_CATEGORY: dict[str, TaxCode] = {
    "AIR CARE": "general",
    "BABY FOODS": "food",
    "BATH TISSUES": "general",
    "BEERS/ALES": "general",
    "BEVERAGE": "general",
    "BIRD SEED": "pet_food",
    "BLEACH": "general",
    "BOOKSTORE": "books",
    "BOTTLE DEPOSITS": "general",
    "CANDY - CHECKLANE": "food",
    "CANDY - PACKAGED": "food",
    "CANNED JUICES": "general",
    "CAT FOOD": "pet_food",
    "CAT LITTER": "general",
    "COUPON": "general",
    "COUPON/MISC ITEMS": "general",
    "DELI SUPPLIES": "general",
    "DISHWASH DETERGENTS": "general",
    "DOG FOODS": "pet_food",
    "DOMESTIC WINE": "general",
    "FACIAL TISS/DNR NAPKIN": "general",
    "FD WRAPS/BAGS/TRSH BG": "general",
    "FEMININE HYGIENE": "feminine_hygiene",
    "FLORAL-FLOWERING PLANTS": "plants",
    "FLORAL-FOLIAGE PLANTS": "plants",
    "FLORAL-FRESH CUT": "plants",
    "FRZN JCE CONC/DRNKS": "general",
    "GARDEN CENTER": "plants",
    "HOUSEHOLD CLEANG NEEDS": "general",
    "IMPORTED WINE": "general",
    "INFANT FORMULA": "food",
    "ISOTONIC DRINKS": "general",
    "JUICE": "general",
    "LAUNDRY ADDITIVES": "general",
    "LAUNDRY DETERGENTS": "general",
    "LIQUOR": "general",
    "MAGAZINE": "books",
    "MEAT SUPPLIES": "general",
    "MISC WINE": "general",
    "NEW AGE": "general",
    "NEWSPAPER": "books",
    "NON EDIBLE PRODUCTS": "general",
    "NON-DAIRY BEVERAGES": "general",
    "PAPER HOUSEWARES": "general",
    "PAPER TOWELS": "general",
    "PET CARE SUPPLIES": "general",
    "PROD SUPPLIES": "general",
    "REFRGRATD JUICES/DRNKS": "general",
    "ROSES": "plants",
    "SERVICE BEVERAGE": "general",
    "SOFT DRINKS": "general",
    "WATER": "general",
    "WATER - CARBONATED/FLVRD DRINK": "general",
}

# Drinks that share a food category.
DRINK_TYPES = {
    "BABY ISOTONIC DRINKS",
    "BABY JUICES",
    "BABY SPRING WATERS",
    "CIDER",
    "HISPANIC CARBONATED BEVERAGES",
    "JUICE",
    "JUICE (UNDER 10% JUICE)",
    "SOY/RICE MILK",
    "TEA SWEETENED",
}


def tax_code(*, department: str, category: str, product_type: str) -> TaxCode:
    """What kind of goods a product is; the rate for it stands in `shop/tax_rates.json`."""
    if product_type in DRINK_TYPES:
        return "general"
    by_department: TaxCode = "food" if department in FOOD_DEPARTMENTS else "general"
    return CODE_BY_CATEGORY.get(category, by_department)
