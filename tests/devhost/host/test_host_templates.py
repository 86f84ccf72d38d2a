"""Route templates match what ASP.NET Core's `Route` matches ([src] in every row: RouteTemplate, TemplateMatcher)."""

import pytest

from devhost.host.templates import TemplateError, compile_template

type Values = dict[str, str]

MATCHES: list[tuple[str, str, Values | None]] = [
    ("token", "/token", {}),
    ("token", "/TOKEN", {}),
    ("token", "/token/", {}),
    ("token", "/token//", None),
    ("token", "/tokens", None),
    ("token", "/a/token", None),
    ("", "/", {}),
    ("", "/x", None),
    ("/token", "/token", {}),
    ("items/{id}", "/items/7", {"id": "7"}),
    ("items/{id}", "/items/", None),
    ("items/{id}", "/items/7/8", None),
    ("items/{id}", "/ITEMS/Seven", {"id": "Seven"}),
    ("items/{id?}", "/items", {}),
    ("items/{id?}", "/items/7", {"id": "7"}),
    ("items/{a?}/{b?}", "/items/1", {"a": "1"}),
    ("items/{a?}/{b?}", "/items/1/2", {"a": "1", "b": "2"}),
    ("items/{id=9}", "/items", {"id": "9"}),
    ("items/{id=9}", "/items/7", {"id": "7"}),
    ("{a=1}/b", "/b", None),
    ("{a=1}/b", "/x/b", {"a": "x"}),
    ("files/{*rest}", "/files", {}),
    ("files/{*rest}", "/files/a/b", {"rest": "a/b"}),
    ("files/{*rest}", "/files/a/b/", {"rest": "a/b/"}),
    ("files/{**rest}", "/files/a//b", {"rest": "a//b"}),
    ("files/{*rest=home}", "/files", {"rest": "home"}),
    ("{a}-{b}", "/x-y-z", {"a": "x-y", "b": "z"}),
    ("{name}.{ext?}", "/report", {"name": "report"}),
    ("{name}.{ext?}", "/report.pdf", {"name": "report", "ext": "pdf"}),
    ("{name}.{ext?}", "/a.b.c", {"name": "a.b", "ext": "c"}),
    ("v{major}/x", "/v2/x", {"major": "2"}),
    ("a.b", "/aXb", None),
    ("{{literal}}", "/{literal}", {}),
    ("{n:int}", "/-12", {"n": "-12"}),
    ("{n:int}", "/2147483648", None),
    ("{n:int}", "/1.5", None),
    ("{n:int}", "/\u0661", None),
    ("{n:long}", "/2147483648", {"n": "2147483648"}),
    ("{n:bool}", "/True", {"n": "True"}),
    ("{n:bool}", "/1", None),
    ("{n:guid}", "/00000000-0000-0000-0000-00000000000A", {"n": "00000000-0000-0000-0000-00000000000A"}),
    ("{n:guid}", "/{0000000000000000000000000000000a}", {"n": "{0000000000000000000000000000000a}"}),
    ("{n:guid}", "/7", None),
    ("{n:alpha}", "/abC", {"n": "abC"}),
    ("{n:alpha}", "/ab1", None),
    ("{n:datetime}", "/2026-11-22", {"n": "2026-11-22"}),
    ("{n:datetime}", "/soon", None),
    ("{n:decimal}", "/1.5", {"n": "1.5"}),
    ("{n:double}", "/1e3", {"n": "1e3"}),
    ("{n:float}", "/x", None),
    ("{n:length(3)}", "/abc", {"n": "abc"}),
    ("{n:length(3)}", "/ab", None),
    ("{n:length(2,3)}", "/abcd", None),
    ("{n:minlength(2)}", "/a", None),
    ("{n:maxlength(2)}", "/abc", None),
    ("{n:min(5)}", "/4", None),
    ("{n:max(5)}", "/5", {"n": "5"}),
    ("{n:max(5)}", "/6", None),
    ("{n:range(1,3)}", "/3", {"n": "3"}),
    ("{n:range(1,3)}", "/4", None),
    ("{n:int:min(5)}", "/4", None),
    ("{n:int?}", "/", {}),
    ("{n:int=5}", "/", {"n": "5"}),
    (r"{n:regex(^\d{{2}}$)}", "/12", {"n": "12"}),
    (r"{n:regex(^\d{{2}}$)}", "/123", None),
    ("{n:regex(^(a|b):x=1$)}", "/A:x=1", {"n": "A:x=1"}),
]


@pytest.mark.parametrize(("template", "path", "values"), MATCHES)
def test_a_template_matches_as_in_aspnet(template: str, path: str, values: Values | None) -> None:
    assert compile_template(template).match(path) == values


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("a//b", "twice in a row"),
        ("{a}{b}", "separated"),
        ("{a}/{A}", "appears twice"),
        ("{*a}/b/{c}", "last"),
        ("x{*a}", "whole segment"),
        ("{a", "not closed"),
        ("a}", "do not match"),
        ("{}", "not a parameter name"),
        ("{a=1?}", "cannot have a default"),
        ("what?", "cannot hold"),
    ],
)
def test_a_template_aspnet_would_refuse_is_refused(template: str, sentence: str) -> None:
    with pytest.raises(TemplateError, match=sentence):
        compile_template(template)


@pytest.mark.parametrize(
    "template", ["{n:integer}", "{n:int(3)}", "{n:length}", "{n:regex([)}", "{n:length(1,2,3)}", "{n:min(x)}"]
)
def test_an_unknown_constraint_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="is not known"):
        compile_template(template)
