"""The pages of the mail catcher: a mail is a stranger's text, so it is escaped, and its HTML locked in a frame."""

import re
from datetime import UTC, datetime

from jinja2 import DictLoader, Environment
from markupsafe import Markup, escape

from devhost.mail.message import Mail

LINK = re.compile(r"(https?://[^\s<>\"']+)")

STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #8886; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
iframe { width: 100%; height: 30rem; border: 1px solid #8888; background: #fff; }
"""

_FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{% block title %}Mails{% endblock %}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
{% block body %}{% endblock %}
</body>
</html>
"""

_LIST = """{% extends "frame" %}
{% block body %}
<h1>Mails</h1>
{% if mails %}
<table id="mails">
<thead><tr><th scope="col">To</th><th scope="col">Subject</th><th scope="col">Time (UTC)</th></tr></thead>
<tbody>
{% for mail in mails %}
<tr>
<td>{{ mail.recipients | join(", ") }}</td>
<td><a href="/mails/{{ mail.id }}">{{ mail.subject or "(no subject)" }}</a></td>
<td>{{ mail.received_at | instant }}</td>
</tr>
{% endfor %}
</tbody>
</table>
{% else %}
<p id="none">No mail yet. What the application sends appears here; reload the page.</p>
{% endif %}
{% endblock %}
"""

_MAIL = """{% extends "frame" %}
{% block title %}{{ mail.subject or "(no subject)" }}{% endblock %}
{% block body %}
<p><a href="/">All mails</a></p>
<h1 id="subject">{{ mail.subject or "(no subject)" }}</h1>
<p>From <span id="from">{{ mail.sender }}</span> to <span id="to">{{ mail.recipients | join(", ") }}</span>,
{{ mail.received_at | instant }} · <a href="/mails/{{ mail.id }}/source">source</a></p>
{% if mail.text is not none %}
<h2>Text</h2>
<pre id="text">{{ mail.text | links }}</pre>
{% endif %}
{% if mail.html is not none %}
<h2>HTML</h2>
<iframe id="html" title="HTML part" src="/mails/{{ mail.id }}/html"
  sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer"></iframe>
{% endif %}
{% endblock %}
"""


def mail_list(mails: list[Mail]) -> str:
    """Show all mails as a list."""
    return _PAGES.get_template("list").render(mails=mails)


def one_mail(mail: Mail) -> str:
    """Show one mail."""
    return _PAGES.get_template("mail").render(mail=mail)


def framed_html(html: str) -> str:
    """Make the HTML part open its links in a new tab, for in its frame they would lead nowhere."""
    return f'<base target="_blank">{html}'


def _links(text: str) -> Markup:
    parts = LINK.split(text)
    return Markup("").join(
        Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def _instant(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


_PAGES = Environment(autoescape=True, loader=DictLoader({"frame": _FRAME, "list": _LIST, "mail": _MAIL}))
_PAGES.filters.update(links=_links, instant=_instant)
