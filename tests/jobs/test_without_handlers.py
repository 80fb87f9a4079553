"""Pages of others lose what the Content-Security-Policy forbids, and nothing else."""

from django.template import Context, Template


def test_handlers_go_and_what_only_looks_like_one_stays() -> None:
    template = Template(
        "{% load without_handlers %}{% filter without_handlers %}"
        """<tr class="one" onclick="go('/there/')"><td>{{ said }}</td></tr>"""
        "{% endfilter %}"
    )
    rendered = template.render(Context({"said": 'a job onclick="x" & more'}))
    assert rendered == ('<tr class="one"><td>a job onclick=&quot;x&quot; &amp; more</td></tr>')
