"""The invented customers: who they are, how much they report, and how they lean.

No company, person, address or number is real: names are made of syllables, addresses end in
`.example`, telephone numbers come from the range kept free for fiction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

COUNT = 200
REPORTS_PER_HOUR = 140.0
"""Reports of all customers together in a mean hour without incidents."""

# industry, FN share of its reports in a quiet week
INDUSTRIES = {
    "Banking": 0.56,
    "Education": 0.62,
    "Energy": 0.60,
    "Government": 0.50,
    "Healthcare": 0.55,
    "Insurance": 0.54,
    "Legal": 0.48,
    "Manufacturing": 0.62,
    "Retail": 0.66,
    "Technology": 0.68,
}
_KINDS = {
    "Banking": ("Bank", "Savings", "Credit Union"),
    "Education": ("College", "Academy", "University"),
    "Energy": ("Power", "Energy", "Grid"),
    "Government": ("Council", "Agency", "County Office"),
    "Healthcare": ("Clinic", "Hospital", "Care Group"),
    "Insurance": ("Mutual", "Assurance", "Insurance"),
    "Legal": ("Chambers", "Law", "Solicitors"),
    "Manufacturing": ("Works", "Foundry", "Tooling"),
    "Retail": ("Stores", "Market", "Outfitters"),
    "Technology": ("Systems", "Software", "Labs"),
}
_FIRST = ("Alder", "Bram", "Cald", "Dray", "Esk", "Fen", "Gar", "Hol", "Ives", "Kel", "Lar", "Mos")
_LAST = ("wick", "mere", "stow", "thorpe", "bury", "combe", "field", "haven", "ley", "shaw")

# city, state, country, hours ahead of UTC
_PLACES = (
    ("Leeds", "England", "United Kingdom", 0),
    ("Porto", "Norte", "Portugal", 0),
    ("Hamburg", "Hamburg", "Germany", 1),
    ("Lyon", "Auvergne-Rhône-Alpes", "France", 1),
    ("Utrecht", "Utrecht", "Netherlands", 1),
    ("Toronto", "Ontario", "Canada", -5),
    ("Boston", "Massachusetts", "United States", -5),
    ("Austin", "Texas", "United States", -6),
    ("Seattle", "Washington", "United States", -8),
    ("Singapore", None, "Singapore", 8),
    ("Sydney", "New South Wales", "Australia", 10),
)
# Most customers are European and American, as their vendor is.
_PLACE_SHARES = (0.14, 0.06, 0.12, 0.08, 0.08, 0.08, 0.14, 0.12, 0.08, 0.05, 0.05)

# One in sixteen was typed by somebody who did not look at the list.
_SPELLINGS = (str.upper, str.lower, lambda name: f" {name}", lambda name: f"{name} ")
_ODD_SHARE = 1 / 16
_WITHOUT_INDUSTRY = 3


@dataclass(frozen=True)
class Customer:
    """A row of the source's `customers`; times are UTC without a zone, as the source keeps them."""

    customer_id: int
    company_name: str
    industry: str | None
    contact_person: str
    phone: str
    address: str
    city: str
    state: str | None
    country: str
    postal_code: str
    created_at: datetime
    updated_at: datetime

    @property
    def domain(self) -> str:
        """The mail domain."""
        return f"{self.company_name.lower().replace(' ', '-')}.example"


@dataclass(frozen=True)
class Customers:
    """All customers, with what drives their reports; arrays are in the order of `rows`."""

    rows: tuple[Customer, ...]
    industry: npt.NDArray[np.int64]
    """Position in INDUSTRIES, whatever the row's spelling says."""
    rate: npt.NDArray[np.float64]
    """Reports in a mean hour."""
    fn_share: npt.NDArray[np.float64]
    utc_offset: npt.NDArray[np.int64]
    """Hours ahead of UTC."""


def invent(seed: int) -> Customers:
    """The same customers for the same seed, at any time."""
    random = np.random.default_rng([seed, 0])
    industry = random.permutation(np.arange(COUNT) % len(INDUSTRIES))
    place = random.choice(len(_PLACES), COUNT, p=_PLACE_SHARES)
    names = random.permutation(len(_FIRST) * len(_LAST) * 3)[:COUNT]
    spelt = _spellings(random, industry)
    born = random.integers(0, 5 * 365, COUNT)
    touched = random.integers(0, 200, COUNT)
    rows = tuple(
        _row(
            n,
            int(names[n]),
            int(industry[n]),
            spelt[n],
            int(place[n]),
            int(born[n]),
            int(touched[n]),
        )
        for n in range(COUNT)
    )
    leaning = np.array(list(INDUSTRIES.values()))[industry] + random.normal(0, 0.1, COUNT)
    return Customers(
        rows=rows,
        industry=industry,
        rate=_rates(random),
        fn_share=np.clip(leaning, 0.15, 0.92),
        utc_offset=np.array([p[3] for p in _PLACES], dtype=np.int64)[place],
    )


def _rates(random: np.random.Generator) -> npt.NDArray[np.float64]:
    """Heavy-tailed: a tenth of the customers writes most of the reports."""
    size = random.lognormal(0.0, 1.5, COUNT)
    size = np.minimum(size, 15 * size.mean())
    return np.asarray(size / size.sum() * REPORTS_PER_HOUR)


def _spellings(random: np.random.Generator, industry: npt.NDArray[np.int64]) -> list[str | None]:
    names = list(INDUSTRIES)
    spelt: list[str | None] = [names[i] for i in industry]
    odd = random.permutation(COUNT)[: int(COUNT * _ODD_SHARE) + _WITHOUT_INDUSTRY]
    for place, n in enumerate(odd):
        if place < _WITHOUT_INDUSTRY:
            spelt[n] = None if place else "  "
        else:
            spelt[n] = _SPELLINGS[place % len(_SPELLINGS)](names[industry[n]])
    return spelt


def _row(
    n: int, name: int, industry: int, spelt: str | None, place: int, born: int, touched: int
) -> Customer:
    kinds = _KINDS[list(INDUSTRIES)[industry]]
    first, rest = divmod(name, len(_LAST) * len(kinds))
    last, kind = divmod(rest, len(kinds))
    city, state, country, _ = _PLACES[place]
    created = datetime(2020, 1, 6, 9) + timedelta(days=born)  # noqa: DTZ001 - as in the source
    return Customer(
        customer_id=n + 1,
        company_name=f"{_FIRST[first]}{_LAST[last]} {kinds[kind]}",
        industry=spelt,
        contact_person=f"Mail desk {n + 1}",
        phone=f"+1-555-01{n % 100:02d}",
        address=f"{n + 1} Example Street",
        city=city,
        state=state,
        country=country,
        postal_code=f"EX{n + 1:04d}",
        created_at=created,
        updated_at=created + timedelta(days=touched),
    )
