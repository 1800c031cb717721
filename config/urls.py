"""One include per context. /healthz, /readyz and /metrics are answered before (config/health.py)."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerView

urlpatterns = [
    path("admin/", admin.site.urls),
    path("v1/", include("commerce.identity.api.urls")),
    path("v1/", include("commerce.catalog.api.urls")),
    path("v1/", include("commerce.fulfilment.api.urls")),
    path("v1/", include("commerce.billing.api.urls")),
    path("v1/openapi.json", SpectacularJSONAPIView.as_view(), name="openapi"),
    path("v1/docs", SpectacularSwaggerView.as_view(url_name="openapi"), name="docs"),
]

handler400 = "commerce.shared.api.problems.plain_400"
handler404 = "commerce.shared.api.problems.plain_404"
handler500 = "commerce.shared.api.problems.plain_500"
