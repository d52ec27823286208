"""What scripts add to pages: look-ups, grids, conditions, drafts, selection, the palette, shortcuts."""

import pytest
from playwright.sync_api import Page, expect


@pytest.fixture
def shown(page: Page, gallery_address: str) -> Page:
    """A desk page on the gallery."""
    page.goto(f"{gallery_address}/form")
    return page


PASTE = """text => { const data = new DataTransfer(); data.setData('text/plain', text);
  const paste = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(paste); }"""


def test_lookup_chooses_by_keyboard(shown: Page) -> None:
    box = shown.locator("#f-contact")
    box.fill("orch")
    expect(shown.locator("#f-contact-list [role=option]")).to_have_count(1)
    assert box.get_attribute("aria-expanded") == "true"
    assert box.get_attribute("aria-activedescendant") == "f-contact-list-0"
    box.press("Enter")
    expect(box).to_have_value("Orchard Labs")
    assert shown.locator("[name=contact]").input_value() == "1"
    assert box.get_attribute("aria-expanded") == "false"


def test_lookup_escape_keeps_the_form_and_clear_empties_it(shown: Page) -> None:
    box = shown.locator("#f-account")
    box.fill("zzz")
    expect(shown.locator("#f-account-list")).to_contain_text("Nothing found")
    box.press("Escape")
    expect(shown.locator("#f-account-list")).to_be_hidden()
    box.fill("")
    box.press("Tab")
    assert shown.locator("[name=account]").input_value() == ""


def test_enter_after_an_unknown_name_asks_again_and_sends_nothing(shown: Page) -> None:
    sent: list[str] = []
    shown.on("request", lambda request: sent.append(request.url) if request.is_navigation_request() else None)
    box = shown.locator("#f-account")
    box.fill("zzz")
    expect(shown.locator("#f-account-list")).to_contain_text("Nothing found")
    box.press("Enter")
    shown.locator("body").click(position={"x": 2, "y": 2})
    box.press("Enter")
    expect(shown.locator("#f-account-list")).to_contain_text("Nothing found")
    assert shown.locator("#grid-lines tbody tr").count() == 3
    assert sent == []


def test_enter_in_a_field_saves_and_adds_no_line(shown: Page) -> None:
    with shown.expect_request(lambda request: request.method == "POST" and request.is_navigation_request()) as saving:
        shown.locator("#f-name").press("Enter")
    assert "_add" not in (saving.value.post_data or "")


def test_conditions_show_a_field_and_keep_what_was_typed(shown: Page) -> None:
    expect(shown.locator("#f-reason")).to_have_count(0)
    shown.locator("#f-name").fill("Kept")
    shown.locator("#f-discount").fill("30")
    shown.locator("#f-discount").press("Tab")
    expect(shown.locator("#f-reason")).to_be_visible()
    expect(shown.locator("#f-name")).to_have_value("Kept")
    expect(shown.locator("#record-form [data-status]")).not_to_be_empty()


def test_grid_enter_adds_a_row_and_paste_fills_rows(shown: Page) -> None:
    shown.locator("#f-lines-2-quantity").focus()
    shown.keyboard.press("Enter")
    expect(shown.locator("#f-lines-3-quantity")).to_be_focused()
    shown.evaluate(PASTE, "5\t10.00\t3\n6\t11.00\t4\n")
    expect(shown.locator("#f-lines-3-price")).to_have_value("10.00")
    expect(shown.locator("#f-lines-4-quantity")).to_have_value("6")
    expect(shown.locator("#f-lines-4-discount")).to_have_value("4")
    assert shown.locator("#grid-lines tbody tr").count() == 5


def test_grid_removes_new_rows_and_strikes_saved_ones(shown: Page) -> None:
    shown.locator("[data-add]").click()
    rows = shown.locator("#grid-lines tbody tr")
    expect(rows).to_have_count(4)
    shown.locator("[name='lines.3._remove']").evaluate("box => box.click()")
    expect(rows).to_have_count(3)
    shown.locator("[name='lines.0._remove']").evaluate("box => box.click()")
    expect(rows).to_have_count(3)
    assert shown.locator("[name='lines.0._remove']").is_checked()


def test_a_draft_is_offered_after_leaving(shown: Page, gallery_address: str) -> None:
    shown.on("dialog", lambda dialog: dialog.accept())
    shown.locator("#f-name").fill("Unsaved words")
    expect(shown.locator("[data-draft-note]")).to_be_visible()
    shown.goto(f"{gallery_address}/home")
    shown.goto(f"{gallery_address}/form")
    shown.locator("[data-draft-use]").click()
    expect(shown.locator("#f-name")).to_have_value("Unsaved words")


def test_a_script_that_is_told_of_an_ended_session_keeps_the_page_and_leads_to_the_sign_in(shown: Page) -> None:
    """Line 3 of SECURITY: a redirect would take what was typed away with the page."""
    shown.locator("#f-name").fill("Typed in between")
    shown.route("**/lookup?**", lambda route: route.fulfill(status=401))
    shown.locator("#f-contact").fill("orch")
    expect(shown.locator("[data-signed-out] a")).to_have_attribute("href", "/login?next=%2Fform")
    expect(shown.locator("#f-name")).to_have_value("Typed in between")


def test_a_draft_outlives_a_form_that_is_refused_as_forged(shown: Page, gallery_address: str) -> None:
    """Line 5 of SECURITY: whoever loads the form again, with a fresh token, is offered what was typed."""
    shown.route("**/form", lambda route: route.fulfill(status=403, content_type="text/html", body="<p>refused</p>"))
    shown.locator("#f-name").fill("Typed before the token went old")
    shown.locator("[data-save]").click()
    expect(shown.get_by_text("refused")).to_be_visible()
    shown.unroute("**/form")
    shown.goto(f"{gallery_address}/form")
    shown.locator("[data-draft-use]").click()
    expect(shown.locator("#f-name")).to_have_value("Typed before the token went old")


def test_a_draft_outlives_an_ended_session_and_goes_once_saved(shown: Page, gallery_address: str) -> None:
    kept = "Object.keys(sessionStorage).filter(key => key.startsWith('draft:')).length"
    shown.route("**/form", lambda route: route.fulfill(status=303, headers={"Location": "/login"}))
    shown.locator("#f-name").fill("Typed for an hour")
    shown.locator("[data-save]").click()
    shown.wait_for_url("**/login")
    assert shown.evaluate(kept) == 1
    shown.unroute("**/form")
    shown.goto(f"{gallery_address}/form")
    expect(shown.locator("[data-draft-offer]")).to_be_visible()
    shown.evaluate("sessionStorage.setItem('fw-sent', 'draft:sales_order:1')")
    shown.goto(f"{gallery_address}/record")
    assert shown.evaluate(kept) == 0


def test_error_summary_takes_focus_and_leads_to_the_field(page: Page, gallery_address: str) -> None:
    page.goto(f"{gallery_address}/form-errors")
    expect(page.locator("#summary")).to_be_focused()
    page.locator("#summary a").first.click()
    expect(page.locator("#f-requested")).to_be_focused()


def test_a_new_record_begins_in_its_first_field(page: Page, gallery_address: str) -> None:
    page.goto(f"{gallery_address}/form-new")
    first = page.locator("#record-form").locator("input:not([type=hidden]):visible, select:visible").first
    expect(first).to_be_focused()
    page.set_viewport_size({"width": 360, "height": 740})
    page.reload()
    expect(page.locator("body")).to_be_focused()


def test_rows_are_walked_and_selected_by_keys(page: Page, gallery_address: str) -> None:
    page.goto(f"{gallery_address}/orders")
    for key in ("j", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("tr.is-selected")).to_have_count(1)
    expect(page.locator("#bulk")).to_be_visible()
    expect(page.locator("#bulk [data-count]")).to_have_text("1")
    page.keyboard.press("Escape")
    expect(page.locator("#bulk")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#filter-field")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#menu-filter-opener")).to_be_focused()


def test_palette_finds_pages_at_once_and_records_from_the_server(page: Page, gallery_address: str) -> None:
    page.goto(f"{gallery_address}/orders")
    page.keyboard.press("Control+k")
    page.keyboard.type("or")
    found = page.locator("#palette-list [role=option]")
    expect(found.filter(has_text="Orchard Labs")).to_be_visible()
    expect(found.first).to_have_text("Orders")
    page.keyboard.type("ch")
    expect(found).to_have_count(1)
    expect(page.locator("#palette-input")).to_have_attribute("aria-activedescendant", "palette-0")
    page.keyboard.press("Enter")
    page.wait_for_url("**/record")


def test_theme_and_rail_stay_for_the_next_page(page: Page, gallery_address: str) -> None:
    page.goto(f"{gallery_address}/orders")
    page.locator("[popovertarget=menu-person]").click()
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    page.keyboard.press("Escape")
    page.keyboard.press("Control+\\")
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    assert "theme%3Ddark" in cookies["fw_look"]
    assert "rail%3D1" in cookies["fw_look"]
