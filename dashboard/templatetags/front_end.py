"""`{% front_end "graphiql" %}`: the styles and the script of an entry."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboard.assets import entry

register = template.Library()


@register.simple_tag
def front_end(name: str) -> SafeString:
    """The tags that load an entry of the front end."""
    files = entry(name)
    styles = format_html_join(
        "\n", '<link rel="stylesheet" href="{}">', ((static(path),) for path in files.styles)
    )
    script = format_html('<script type="module" src="{}"></script>', static(files.script))
    return styles + script
