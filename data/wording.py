"""Turns the retailer's shelf text into words a customer can read, and adds no fact to it.

The source is upper case, abbreviated and cut off at thirty characters. Only abbreviations whose
meaning the data itself settles are written out; each entry was checked against the rows it stands
in (`tests/unit/data/test_wording.py` keeps every entry in use).
"""

import re
from functools import cache

# Several words at once, because each alone could mean something else (BTR is butter or batter).
PHRASES = {
    "ANGEL FDS/CKE ROLLS": "ANGEL FOODS/CAKE ROLLS",
    "BREADERS/BTR MIX": "BREADERS/BATTER MIX",
    "BRKFST/WHLSM": "BREAKFAST/WHOLESOME",
    "COTTON COTTON SWABS": "COTTON SWABS",
    "DL SPEC:": "DELI SPECIALTIES:",
    "DRUG GM": "DRUG & GENERAL MERCHANDISE",
    "FS/WHL/CUT": "FRENCH STYLE/WHOLE/CUT",
    "LOZNG-DRP/XPCTRNT": "LOZENGE-DROP/EXPECTORANT",
    "LSS THN": "LESS THAN",
    "MEAT-PCKGD": "PACKAGED MEAT",
    "MLT-PK": "MULTI-PACK",
    "PNT BTR": "PEANUT BUTTER",
    "PREP FD:": "PREPARED FOOD:",
    "PREP FOODS:": "PREPARED FOODS:",
    "SAL:": "SALADS:",
    "SALD DRSNG/SNDWCH SPRD": "SALAD DRESSING/SANDWICH SPREAD",
    "SEAFOOD-FRE-": "SEAFOOD: FRESH ",
    "SEAFOOD-FRZ-": "SEAFOOD: FROZEN ",
    "SEAFOOD-FRESH": "FRESH SEAFOOD",
    "SEAFOOD-MISC-": "SEAFOOD: ",
    "SEAFOOD-PCKGD": "PACKAGED SEAFOOD",
    "SOLID/STK": "SOLID/STICK",
    "SUP PREM": "SUPER PREMIUM",
    "SV BEV:": "SERVICE BEVERAGE:",
    "SNKS/CKYS/CRKR/CNDY": "SNACKS/COOKIES/CRACKERS/CANDY",
    "SW GDS:": "SWEET GOODS:",
    "SW ROLLS/DAN": "SWEET ROLLS/DANISH",
    "TRSH BG": "TRASH BAGS",
    "VAC PAC": "VACUUM PACKED",
    "WOMENS": "WOMEN'S",
}

# One word for one word: abbreviations first, then the retailer's own misspellings.
WORDS = {
    "BKD": "BAKED",
    "BN": "BEAN",
    "BRD": "BREADED",
    "BTL": "BOTTLE",
    "CARB": "CARBONATED",
    "CATFD": "CAT FOOD",
    "CHIX": "CHICKEN",
    "CHOC": "CHOCOLATE",
    "CLEANG": "CLEANING",
    "CND": "CANNED",
    "CNTRL": "CONTROL",
    "CONC": "CONCENTRATE",
    "CRYSTL": "CRYSTAL",
    "DEOD": "DEODORANT",
    "DNR": "DINNER",
    "DNRS": "DINNERS",
    "DOGFD": "DOG FOOD",
    "DPS": "DIPS",
    "DRNK": "DRINK",
    "DRNKS": "DRINKS",
    "DSH": "DISH",
    "FD": "FOOD",
    "FEM": "FEMININE",
    "FLVRD": "FLAVORED",
    "FRD": "FRIED",
    "FRZ": "FROZEN",
    "FRZN": "FROZEN",
    "GRND": "GROUND",
    "HBC": "HEALTH & BEAUTY CARE",
    "HYGN": "HYGIENE",
    "IWS": "INDIVIDUALLY WRAPPED",
    "JCE": "JUICE",
    "LNCHMT": "LUNCHMEAT",
    "MISC": "MISCELLANEOUS",
    "MLK": "MILK",
    "MX": "MIX",
    "MXS": "MIXES",
    "OJ": "ORANGE JUICE",
    "PCKGD": "PACKAGED",
    "PICKLD": "PICKLED",
    "PICKLS": "PICKLES",
    "PK": "PACK",
    "PKG": "PACKAGED",
    "PKGD": "PACKAGED",
    "PKLD": "PICKLED",
    "PPK": "PREPACKED",
    "PREM": "PREMIUM",
    "PREPORTND": "PREPORTIONED",
    "PRESLC": "PRESLICED",
    "PRESLCD": "PRESLICED",
    "PRPCK": "PREPACK",
    "PRSLC": "PRESLICED",
    "PWDR": "POWDER",
    "PWDRS": "POWDERS",
    "REFRGRATD": "REFRIGERATED",
    "REFRIG": "REFRIGERATED",
    "SAUS": "SAUSAGE",
    "SFT": "SOFT",
    "SHLFSH": "SHELLFISH",
    "SHERBTS": "SHERBETS",
    "SNGL": "SINGLE",
    "SPLY": "SUPPLY",
    "SRV": "SERVE",
    "SWT": "SWEET",
    "SYRP": "SYRUP",
    "TISS": "TISSUE",
    "TORT": "TORTILLA",
    "VEG": "VEGETABLE",
    "WTR": "WATER",
    "CHOCOCLATE": "CHOCOLATE",
    "CILANTO": "CILANTRO",
    "DECAFFINATED": "DECAFFEINATED",
    "DISPOSIBLE": "DISPOSABLE",
    "LINAMENTS": "LINIMENTS",
    "MEMORABLILIA": "MEMORABILIA",
    "MIXS": "MIXES",
    "POINSETTA": "POINSETTIA",
    "PORTON": "PORTION",
    "PROTIEN": "PROTEIN",
    "RANIER": "RAINIER",
    "REFIGERATED": "REFRIGERATED",
    "SPECILATY": "SPECIALTY",
    "SUPPPLIES": "SUPPLIES",
    "SWEETNERS": "SWEETENERS",
    "WORCHESTER": "WORCESTERSHIRE",
}

KEPT_UPPER = {"BBQ", "DXM", "IQF", "MW", "PSE", "TV"}
KEPT_LOWER = {"and", "for", "in", "less", "of", "on", "or", "than", "the", "to", "with"}

# Grades and shapes that say nothing until the category stands before them.
NAMED_BY_CATEGORY = {
    "ADULT PREMIUM",
    "ANGUS",
    "BLENDS",
    "BREAST - BONELESS(IQF)",
    "CUPS/PUSH UPS/OTHER",
    "ECONOMY",
    "ECONOMY - MEAT",
    "ECONOMY - BEEF",
    "ENTREES",
    "FLAVORED/OTHER",
    "GARDEN PLUS",
    "KITS",
    "LEAN",
    "LINKS - COOKED",
    "LINKS - RAW",
    "MAINSTREAM",
    "MEAT INCLUDED",
    "PAILS",
    "PATTIES - RAW",
    "POULTRY",
    "PRE-COOKED",
    "PREMIUM",
    "PREMIUM - BEEF",
    "PREMIUM - MEAT",
    "PREMIUM PINTS",
    "QUARTS",
    "REGULAR GARDEN",
    "ROLLS - FLAVORED/OTHER",
    "ROLLS - PORK",
    "SMOKED/COOKED",
    "SMOKED/COOKED - BEEF",
    "STICKS/ENROBED",
    "SUPER PREMIUM PINTS",
    "TRADITIONAL",
    "VALUE",
    "VARIETY PACK",
    "WINGS (IQF)",
}


@cache
def presentable(text: str) -> str:
    """The retailer's text in title case, abbreviations written out, separators spaced.

    >>> presentable("FRZN JCE CONC/DRNKS")
    'Frozen Juice Concentrate / Drinks'
    """
    text = without_cut_off_aside(text)
    for short, long in PHRASES.items():
        text = re.sub(rf"(?<![A-Z]){re.escape(short)}", long, text)
    text = re.sub(r"\bW/(?=[A-Z])", "WITH ", text)
    text = re.sub(r"(?<![0-9])[A-Z']+", lambda word: WORDS.get(word[0], word[0]), text)
    text = re.sub(r"\b(FEMININE|HYGIENE|MISCELLANEOUS)\.", r"\1 ", text)
    # "N/A" is one word to the retailer; every other slash lists alternatives.
    text = re.sub(r"\s*(?<!\bN)(/|&)\s*", r" \1 ", text)
    text = re.sub(r"\s*:\s*", ": ", text)
    text = re.sub(r"(?<=[A-Z])\s+-\s*|(?<=[A-Z])-\s+", " – ", text)
    text = re.sub(r"(?<=[A-Z])\(", " (", text)
    text = " ".join(text.split())
    return re.sub(r"[A-Z][A-Z']*", _title_word, text)


def presentable_size(size: str) -> str:
    """The pack size as printed on the pack, its unit in small letters: `16 OZ` → `16 oz`."""
    return " ".join(size.split()).lower()


def slugify(text: str) -> str:
    """Letters, digits and hyphens: what may stand in an address."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower().replace("'", "")).strip("-")


def without_cut_off_aside(text: str) -> str:
    """Drop a parenthesis that the retailer's thirty characters left open."""
    opened = text.rfind("(")
    is_left_open = opened > text.rfind(")")
    return text[:opened].rstrip() if is_left_open and opened > 0 else text


def _title_word(match: re.Match[str]) -> str:
    word = match[0]
    before = match.string[: match.start()]
    is_first = not before or before.endswith((": ", "– ", "("))
    if word in KEPT_UPPER:
        return word
    if before[-1:].isdigit():
        return word.lower()
    if word.lower() in KEPT_LOWER and not is_first:
        return word.lower()
    return word.capitalize()
