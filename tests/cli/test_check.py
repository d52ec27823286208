"""`check` on shelves that are broken in many places at once: each break is told, and nothing that follows from it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from formwork.cli.check import check_folders
from formwork.runtime import Registry
from tests.support.command import Program
from tests.support.tenants import ROOT

SHELVES = ("metadata", "objects", "layouts", "workflows", "plugins", "seed")

EXAMPLE = (
    ("objects/crm_sales/account.yaml", "type: integer", "type: intger", "Did you mean `integer`?"),
    ("objects/crm_sales/account.yaml", "max: 80", "max: eighty", "`eighty` is a text; this takes a whole number."),
    ("objects/crm_sales/account.yaml", "employment: Emp", "Employ Ment: Emp", "`Employ Ment` is no name here."),
    ("objects/crm_sales/opportunity.yaml", "to: product,", "to: produkt,", "Did you mean `product`?"),
    ("objects/crm_sales/opportunity.yaml", "close_date < engaged", "close_dat < engaged", "`close_dat` on `opp"),
    ("objects/crm_sales/opportunity.yaml", "at: account", "at: acount", "Did you mean `account`?"),
    ("objects/crm_sales/opportunity.yaml", "hue: blue, cat", "hue: blu, cat", "Did you mean `blue`?"),
    ("objects/crm_sales/product.yaml", "type: select", "typ: select", "Did you mean `type`?"),
    ("objects/crm_sales/user.yaml", "extends: user", "extends: usr", "no object `usr` to extend. Did you mean `user`"),
    ("layouts/crm_sales/account.yaml", "year_est", "year_esst", "`year_esstablished` on `account`. Did you mean"),
    ("metadata/crm_sales/imports/pipeline.yaml", "field: owner", "field: ownr", "`ownr` on `opportunity`. Did you"),
    ("metadata/crm_sales/imports/agents.yaml", "import:", "imports:", "There is no key `imports` here. Did you mean"),
    ("metadata/crm_sales/package.yaml", "requires:", "requires: [", "This is not YAML"),
)
"""File, what stands there, what is written instead, what has to be said."""
SHIPPED = (
    ("objects/orders/return_line.yaml", "to: return_order,", "to: return_ordr,", "Did you mean `return_order`?"),
    ("objects/orders/return_line.yaml", "integer, label", "integr, label", "Did you mean `integer`?"),
    ("objects/orders/payment.yaml", "features: [history", "features: [histery", "Did you mean `history`?"),
    ("objects/orders/payment.yaml", "sum: amount", "sum: amout", "Did you mean `amount`?"),
    ("objects/products/price_book.yaml", "  name: {type", "\tname: {type", "tab"),
    ("objects/leads/lead.yaml", 'gives: text', 'gives: texts', "Did you mean `text`?"),
    ("objects/activities/task.yaml", "to: [user, queue]", "to: [user, queu]", "Did you mean `queue`?"),
    ("objects/customers/contact.yaml", "trim(first_name &", "trm(first_name &", "Did you mean `trim`?"),
    ("layouts/leads/lead.yaml", "note.related_to", "note.relatd_to", "Did you mean `related_to`?"),
    ("layouts/leads/lead.yaml", "sum: budget", "summ: budget", "Did you mean `sum`?"),
    ("metadata/leads/permissions.yaml", "sales_manager:\n    lead:", "sales_managr:\n    lead:", "`sales_managr`"),
    ("metadata/sales/permissions.yaml", "rule:my_goals]", "rule:my_gols]", "Did you mean `rule:my_goals`?"),
    ("metadata/orders/navigation.yaml", "- shipment", "- shipmnt", "Did you mean `shipment`?"),
    ("workflows/leads/mappings/lead_to_account.yaml", "industry: indu", "industri: indu", "Did you mean `industry`?"),
)  # fmt: skip


def broken(folder: Path, breaks: tuple[tuple[str, str, str, str], ...]) -> list[tuple[str, str]]:
    """Write the breaks and give (file, what has to be said) of each."""
    for name, old, new, _ in breaks:
        text = (folder / name).read_text()
        assert old in text, (name, old)
        (folder / name).write_text(text.replace(old, new, 1))
    return sorted((name, said) for name, _, _, said in breaks)


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[Path], Path]:
    def shelves_of(folder: Path) -> Path:
        target = tmp_path / folder.name
        for shelf in SHELVES:
            if (folder / shelf).is_dir():
                shutil.copytree(folder / shelf, target / shelf)
        return target

    return shelves_of


def test_every_break_of_a_workspace_is_told_once(copy: Callable[[Path], Path]) -> None:
    folder = copy(ROOT / "examples/crm-sales")
    expected = broken(folder, EXAMPLE)
    found = check_folders([folder], Registry()).findings
    told = sorted((one.file.removeprefix(f"{folder}/"), f"{one.message} {one.mend}") for one in found)
    assert [name for name, _ in told] == [name for name, _ in expected], "\n".join(map(str, found))
    for name, said in expected:
        assert any(file == name and said in text for file, text in told), (name, said, told)


def test_every_break_of_the_shipped_shelves_is_told_once(
    copy: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy(ROOT)
    expected = broken(folder, SHIPPED)
    monkeypatch.setattr("formwork.cli.check.shipped_folder", lambda: folder)
    found = check_folders([folder], Registry()).findings
    told = sorted((one.file.removeprefix(f"{folder}/"), f"{one.message} {one.mend}") for one in found)
    assert [name for name, _ in told] == [name for name, _ in expected], "\n".join(map(str, found))
    for name, said in expected:
        assert any(file == name and said in text for file, text in told), (name, said, told)
    assert all(one.mend and one.line and one.column for one in found)


@pytest.mark.proof
def test_the_lines_of_a_pipe_and_of_a_terminal(copy: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copy(ROOT / "examples/crm-sales")
    broken(folder, EXAMPLE)
    piped = Program()("check", folder)
    assert (piped.code, sum(": error: " in line for line in piped.out.splitlines())) == (1, len(EXAMPLE))
    checked = Program()("check", folder, "--json").json
    assert (checked["errors"], len(checked["findings"])) == (len(EXAMPLE), len(EXAMPLE))
    assert all(one["line"] and one["column"] and one["message"] and one["mend"] for one in checked["findings"])
    monkeypatch.setattr(
        "formwork.cli.shell._console", lambda _: Console(force_terminal=True, width=80, soft_wrap=True, highlight=False)
    )
    shown = Program()("check", folder).out
    assert all(len(line) <= 80 for line in shown.splitlines() if line.startswith("    "))
    assert "    `eighty` is a text; this takes a whole number." in shown
