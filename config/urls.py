"""One include per context. /healthz, /readyz and /metrics are answered before (config/health.py)."""

from collections.abc import Collection, Mapping

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import include, path
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.static import serve
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from config.index import Index

# Swagger UI writes styles into its page and draws its icons as data.
DOCS_CONTENT_SECURITY_POLICY: Mapping[str, Collection[str]] = {
    "default-src": [CSP.SELF],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:"],
}
docs = csp_override(DOCS_CONTENT_SECURITY_POLICY)(
    SpectacularSwaggerSplitView.as_view(url_name="openapi")
)

urlpatterns = [
    path("admin/", admin.site.urls),
    path("v1/", Index.as_view()),
    path("v1/", include("commerce.identity.api.urls")),
    path("v1/", include("commerce.catalog.api.urls")),
    path("v1/", include("commerce.fulfilment.api.urls")),
    path("v1/", include("commerce.billing.api.urls")),
    path("v1/openapi.json", SpectacularJSONAPIView.as_view(), name="openapi"),
    path("v1/docs", docs, name="docs"),
]


def local_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """Show a picture from our own disk, where nobody else does."""
    return serve(request, path, document_root=str(settings.MEDIA_ROOT))


if not settings.ENV.is_production and settings.MEDIA_URL.startswith("/"):
    # A live shop's pictures come from its bucket, or from the disk by way of the proxy before us.
    urlpatterns.append(path(f"{settings.MEDIA_URL.lstrip('/')}<path:path>", local_file))

handler400 = "commerce.shared.api.problems.plain_400"
handler404 = "commerce.shared.api.problems.plain_404"
handler500 = "commerce.shared.api.problems.plain_500"
