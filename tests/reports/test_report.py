from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import image
from matplotlib import pyplot as plt

from traceviz.reports import content
from traceviz.reports.choice import chosen
from traceviz.reports.report import report
from traceviz.schema import REASONS, SchemaError

CASES = json.loads((Path(__file__).parents[1] / "cases" / "hostile_markup.json").read_text(encoding="utf-8"))

Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def page(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> str:
    return report(**tables, path=tmp_path_factory.mktemp("page") / "report.html").read_text(encoding="utf-8")


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)).split())


# What the file is


def test_the_path_comes_back_and_nothing_else_is_left(tables: Tables, tmp_path: Path) -> None:
    path = report(**tables, path=str(tmp_path / "a b.html"))
    assert path == tmp_path / "a b.html"
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_input_gives_the_same_bytes(tables: Tables, tmp_path: Path) -> None:
    once = report(**tables, path=tmp_path / "one.html").read_bytes()
    assert report(**tables, path=tmp_path / "two.html").read_bytes() == once


def test_a_broken_run_leaves_the_old_report(tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")

    def broken(*_: Any, **__: Any) -> Iterator[str]:
        yield "<!doctype html>"
        raise RuntimeError("in the middle")

    monkeypatch.setattr("traceviz.reports.report._page", broken)
    with pytest.raises(RuntimeError, match="in the middle"):
        report(**tables, path=path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_it_refers_to_nothing_outside_and_holds_no_script(page: str) -> None:
    assert re.findall(r"<script|<iframe|<object|<embed|<link|<form|<base", page) == []
    assert re.findall(r"\son\w+=", page) == []
    assert re.findall(r"//", re.sub(r"base64,[A-Za-z0-9+/=]*", "", page)) == []
    addresses = re.findall(r'(?:src|srcset|href)="([^"]*)"', page)
    assert len(addresses) > 10
    assert {address.split(":")[0].split("#")[0] for address in addresses} == {"data", ""}


def test_the_policy_allows_this_style_sheet_and_data_pictures_only(page: str) -> None:
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    [style] = re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.replace("&#39;", "'").split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert " style=" not in page


def test_inputs_and_settings_stay_as_they_were(tables: Tables, tmp_path: Path) -> None:
    before = {name: table.copy() for name, table in tables.items()}
    settings, figures = dict(mpl.rcParams), plt.get_fignums()
    report(**tables, path=tmp_path / "report.html")
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, before[name])
    assert dict(mpl.rcParams) == settings
    assert plt.get_fignums() == figures


def test_pictures_are_pictures(page: str) -> None:
    found = re.findall(r'<img src="data:image/png;base64,([^"]*)" width="(\d+)" height="(\d+)" alt="([^"]*)"', page)
    assert [alt.partition(":")[0] for _, _, _, alt in found] == [
        "foreign_share",
        "switch_rate",
        "loop_share",
        "symbol_share",
        "the languages along 12 traces, one strip a trace",
    ]
    for encoded, width, height, _ in found:
        pixels = image.imread(io.BytesIO(base64.b64decode(encoded)))
        assert pixels.shape[:2] == pytest.approx((2 * int(height), 2 * int(width)), abs=2)


# What it says


def test_it_says_what_was_loaded_compared_and_missing(page: str) -> None:
    text = text_of(page)
    assert "12 traces, 6 questions, 2 groups. Groups are made by model ." in text
    assert "records read 14" in text
    assert "records that could not be read and were set aside 2" in text
    assert "why records were set aside truncated 2" in text
    assert "files that were not read readme.md (unrelated_file)" in text
    assert "alpha 6 traces, 6 questions beta 6 traces, 6 questions" in text
    # Means of cmi without question 5: (6 + 7 + 8 + 9 + 10) / 5 and (2 + 3 + 4 + 5 + 6) / 5.
    cmi = text[text.index("cmi") :]
    assert re.search(r"8\.00 .*?1 of 6 missing 4\.00 .*?1 of 6 missing", cmi)
    assert "too_short the text is shorter than the window of the measure: cmi 1 1" in text
    assert "Made by traceviz 9.9; detector traceviz; Unicode 16.0.0." in text


def test_traces_are_chosen_and_say_why(page: str) -> None:
    reasons = [text_of(found) for found in re.findall(r"<summary>(<b>.*?)<span class=\"facts\"", page)]
    assert len(reasons) == 12
    assert reasons[0] == "alpha/q0 foreign_share 0.15, highest; loop_share 0.25, highest"
    assert reasons[1].startswith("alpha/q1 foreign_share 0.143, 2nd highest")


def test_a_long_trace_is_cut(tables: Tables, tmp_path: Path, tile: Callable[..., Any]) -> None:
    text, segments = tile("long", [("word " * 3000, "prose", "en")])
    measured = pd.DataFrame({"trace_id": ["long"], "reasoning": [text], "foreign_share": [0.0]})
    path = report(measured, tmp_path / "r.html", segments=segments, spans=tables["spans"].iloc[:0])
    text = text_of(path.read_text(encoding="utf-8"))
    assert "The first 8,000 of 15,000 characters are shown; 7,000 were left out." in text
    assert "No detector found anything." in text
    assert "1 trace, 1 group." in text


def test_without_texts_there_are_numbers_and_no_traces(tables: Tables, tmp_path: Path) -> None:
    measured = tables["measured"].drop(columns=["reasoning", "prompt", "answer", "not_measured"])
    text = text_of(report(measured, tmp_path / "r.html").read_text(encoding="utf-8"))
    assert "foreign_share" in text
    assert "No number is missing." in text
    assert "No trace is shown: the table holds no reasoning." in text


def test_windows_of_a_trace_are_one_trace(tables: Tables, tmp_path: Path) -> None:
    measured = pd.concat([tables["measured"].assign(window=number) for number in range(3)], ignore_index=True)
    path = report(measured, tmp_path / "r.html", segments=tables["segments"], spans=tables["spans"])
    assert "12 traces, 6 questions, 2 groups, 36 windows." in text_of(path.read_text(encoding="utf-8"))


def test_everything_is_computed_when_left_out(tmp_path: Path) -> None:
    from traceviz.measures.measure import measure

    texts = ["First I add the numbers and then 所以答案是三 I check the sum.", "The answer is seven.", None]
    path = report(measure(texts), tmp_path / "r.html", title="A <b>title</b>")
    html = path.read_text(encoding="utf-8")
    assert '<span class="p c-zh m m-switch"' in html
    assert "<title>A &lt;b&gt;title&lt;/b&gt;</title>" in html


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"measured": pd.DataFrame({"x": [1]})}, r"report needs the measured table with the column 'trace_id'"),
        ({"measured": pd.DataFrame({"trace_id": []})}, r"report was given a measured table without a row"),
        ({"most_traces": -1}, r"most_traces=-1 is no number of traces"),
        ({"path": "no/such/folder/r.html"}, r"'no/such/folder/r.html' lies in a folder that does not exist"),
        ({"path": "."}, r"'\.' is a folder"),
    ],
)
def test_bad_arguments_are_refused(tables: Tables, tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        report(**{**tables, "path": tmp_path / "r.html", **change})


# The parts


def test_choice_takes_the_highest_first_and_no_trace_twice() -> None:
    traces = pd.DataFrame(
        {
            "reasoning": ["x"] * 9 + [None],
            "foreign_share": [0, 0.1, 0.5, 0.2, 0, 0, 0, 0, 0, 0.9],
            "loop_share": [0, 0, 0.5, 0, 0, 0, 0.7, 0, 0, 0],
        }
    )
    picked = chosen(traces, 8)
    assert picked[:4] == [
        (2, "foreign_share 0.5, highest; loop_share 0.5, 2nd highest"),
        (3, "foreign_share 0.2, 2nd highest"),
        (6, "loop_share 0.7, highest"),
        picked[3],
    ]
    assert [why for _, why in picked[3:]] == ["drawn at random"] * 5
    rows = [at for at, _ in picked]
    assert len(set(rows)) == 8
    assert 9 not in rows
    assert chosen(traces, 8) == picked
    assert chosen(traces, 0) == []
    assert len(chosen(traces, 50)) == 9


def test_every_reason_has_a_meaning() -> None:
    assert set(content._MEANINGS) == set(REASONS)


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.5, "0.500"), (-0.01234, "-0.0123"), (999.6, "1,000"), (1e9, "1,000,000,000"), (float("inf"), "inf")],
)
def test_numbers_have_three_digits_that_count(value: float, written: str) -> None:
    assert content.number(value) == written


def test_differences_stand_in_a_table_of_their_own(tables: Tables, tmp_path: Path) -> None:
    from traceviz.statistics.compare import compare

    compared = compare(tables["measured"], by="model", baseline="beta", metrics=["cmi"], draws=50)
    path = report(**tables, path=tmp_path / "r.html", compared=compared)
    assert re.search(r"cmi alpha against beta 4\.00 ", text_of(path.read_text(encoding="utf-8")))


# In a browser


def hostile_tables(tile: Callable[..., Any], spans_of: Callable[..., pd.DataFrame]) -> Tables:
    """One trace a payload, with the payload in every place that a file or a model fills."""
    rows, segments, spans = [], [], []
    for number, case in enumerate(CASES):
        payload = case["text"]
        trace_id = f"{payload} {number}"
        text, part = tile(trace_id, [(payload, "prose", "en"), (payload, "prose", payload)])
        segments.append(part)
        spans.append((trace_id, 1, len(text) - 1, payload, payload, 0.5))
        rows.append(
            {
                "trace_id": trace_id,
                "reasoning": text,
                "prompt": payload,
                "answer": payload,
                "model": payload if number < 3 else "m",
                "question_id": payload,
                "provider": payload,
                "finish_reason": payload,
                "foreign_share": number / 100,
                "not_measured": f"{payload}: {payload}",
            }
        )
    measured = pd.DataFrame(rows)
    payloads = [case["text"] for case in CASES]
    measured.attrs["traceviz"] = {
        "version": payloads[5],
        "sources": payloads,
        "rejects": [{"reason": payload} for payload in payloads],
        "skipped_files": [[payload, payload] for payload in payloads],
        **{payload: payload for payload in payloads},
    }
    return {"measured": measured, "segments": pd.concat(segments, ignore_index=True), "spans": spans_of(*spans)}


@pytest.fixture
def watched(browser: Any) -> Iterator[Any]:
    """Open pages, and hold against them whatever they did beyond being there."""
    opened: list[Any] = []
    faults: list[str] = []

    def go(path: Path, *, width: int = 1280, scheme: str = "light") -> Any:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        opened.append(page)
        page.on("console", lambda message: faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: _outside(request.url, path, faults))
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        page.wait_for_load_state("networkidle")
        assert page.url == path.as_uri()
        return page

    yield go
    ran = [page.evaluate("window.__hit") for page in opened]
    for page in opened:
        page.close()
    assert faults == []
    assert ran == [None] * len(opened)


def _outside(url: str, path: Path, faults: list[str]) -> None:
    if url != path.as_uri() and not url.startswith("data:"):
        faults.append(f"request: {url}")


@pytest.mark.browser
def test_hostile_text_stays_text(
    watched: Any, tile: Callable[..., Any], spans_of: Callable[..., pd.DataFrame], tmp_path: Path
) -> None:
    tables = hostile_tables(tile, spans_of)
    path = report(**tables, path=tmp_path / "hostile.html", title="</title>" + CASES[0]["text"])
    page = watched(path)
    shown = page.eval_on_selector_all(
        "details.trace", "all => all.map(e => [e.querySelector('.text:not(.side)').textContent])"
    )
    expected = [[case.get("shown", case["text"]) * 2] for case in CASES]
    assert sorted(shown) == sorted(expected)
    names = page.eval_on_selector_all("details.trace > summary > b", "all => all.map(e => e.textContent)")
    assert sorted(names) == sorted(f"{case.get('shown', case['text'])} {at}" for at, case in enumerate(CASES))
    assert page.title().startswith("</title>so <script>")
    assert (
        page.eval_on_selector_all("script, iframe, object, embed, svg, form, [onload], [onerror]", "a => a.length") == 0
    )
    for link in page.query_selector_all("a"):
        assert link.get_attribute("href").startswith("#")


@pytest.mark.browser
def test_the_policy_holds_even_where_an_escape_is_missed(browser: Any, page: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.html"
    payloads = "".join(case["text"] for case in CASES[:6])
    broken.write_text(page.replace("First I add", payloads), encoding="utf-8")
    opened = browser.new_page()
    answered: list[str] = []
    opened.on("requestfinished", lambda request: answered.append(request.url))
    opened.goto(broken.as_uri())
    assert opened.query_selector("script") is not None
    assert opened.evaluate("window.__hit") is None
    assert [url for url in answered if not url.startswith(("data:", broken.as_uri()))] == []
    opened.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_a_report_can_be_read_on_any_screen(
    watched: Any, tables: Tables, tmp_path: Path, width: int, scheme: str
) -> None:
    path = report(**tables, path=tmp_path / "report.html")
    page = watched(path, width=width, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    pictures = page.eval_on_selector_all("img", "all => all.map(e => [e.complete, e.naturalWidth > 0, e.clientWidth])")
    assert len(pictures) == 5
    assert all(complete and drawn and 200 < wide <= width for complete, drawn, wide in pictures)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(20, 23, 26)")
    assert page.inner_text("h1") == "Reasoning traces"
    zh = page.evaluate("getComputedStyle(document.querySelector('.p.c-zh')).backgroundColor")
    assert zh == ("rgb(242, 207, 178)" if scheme == "light" else zh)
    assert page.locator(".p.c-zh").first.get_attribute("title").startswith("zh, confidence 0.90; switch: zh")


@pytest.mark.browser
def test_show_is_as_harmless_in_a_notebook(
    watched: Any, tile: Callable[..., Any], spans_of: Callable[..., pd.DataFrame], tmp_path: Path
) -> None:
    from traceviz.reports.show import show

    tables = hostile_tables(tile, spans_of)
    measured, segments, spans = tables["measured"], tables["segments"], tables["spans"]
    html = [show(row, segments=segments, spans=spans)._repr_html_() for _, row in measured.iterrows()]
    path = tmp_path / "notebook.html"
    # A notebook has no policy: here the escapes alone must hold.
    path.write_text("<!doctype html><meta charset='utf-8'>" + "".join(html), encoding="utf-8")
    page = watched(path)
    shown = page.eval_on_selector_all(".text:not(.side)", "all => all.map(e => e.textContent)")
    assert shown == [case.get("shown", case["text"]) * 2 for case in CASES]
