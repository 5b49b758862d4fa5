"""Definitions of APIs as gateways have them: open ones that only forward, and ones that ask for what most real ones ask for."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

SERVICES = ("Accounts", "Orders", "Search", "Billing")
METHODS = ("Get", "List", "Create", "Watch")
ISSUERS = 8
KINDS = ("plain", "limits", "rewrites", "jwt", "tls", "full")
MIXED = KINDS[1:-1]


@dataclass(frozen=True)
class Definitions:
    """What each API asks for; `full` is all of the kinds in turns. The files are those of a certificate that targets are
    shown, and of an authority that they are trusted by."""

    kind: str
    shown: Path | None = None
    trusted: Path | None = None

    @property
    def needs_certificate(self) -> bool:
        return self.kind in ("tls", "full")

    def api(self, base: dict, number: int, path: str) -> dict:
        name = f"api-{number}"
        kind = MIXED[number % len(MIXED)] if self.kind == "full" else self.kind
        plain = base | {"api_id": name, "name": name, "proxy": base["proxy"] | {"listen_path": path}}
        return plain if kind == "plain" else plain | getattr(self, f"_{kind}")(plain, number)

    def _limits(self, api: dict, number: int) -> dict:
        """A rate, tokens, and two versions with lists of paths and fields that are set."""
        return _token() | {
            "global_rate_limit": {"rate": 1000 + number % 50, "per": 1},
            "definition": {"location": "header", "key": "x-api-version", "strip_versioning_data": True},
            "version_data": {"not_versioned": False, "default_version": "v1", "versions": {
                version: _version(version, {"white_list": [{"path": f"/{path}"} for path in _methods(number)]})
                for version in ("v1", "v2")}}}

    def _rewrites(self, api: dict, number: int) -> dict:
        """Tokens, and other paths in the place of those of old clients, one of them by a trigger."""
        service = f"shop.v1.{SERVICES[number % len(SERVICES)]}"
        rewrites = [
            {"path": f"/{service}/{method}", "method": "POST", "match_pattern": f"/shop\\.v1\\.(\\w+)/{method}",
             "rewrite_to": f"/shop.v2.$1/{method}", "triggers": []} for method in METHODS[:3]]
        rewrites[0]["triggers"] = [{"on": "all", "rewrite_to": f"/shop.v3.$1/{METHODS[0]}", "options": {
            "header_matches": {"x-canary": {"match_rx": "^(on|yes)$"}}}}]
        return _token() | _only({"url_rewrites": rewrites, "transform_headers": [
            {"path": f"/{service}/*", "method": "POST", "add_headers": {"x-service": service}, "delete_headers": ["x-debug"]}]})

    def _jwt(self, api: dict, number: int) -> dict:
        """Tokens that an issuer has signed: half by a secret of the API's own, half by the key set of one of some."""
        secret = base64.b64encode(f"the secret of the tokens of {api['api_id']:>32}".encode()).decode()
        signed = {"jwt_signing_method": "hmac", "jwt_source": secret} if number % 8 < 4 else {
            "jwt_signing_method": "rsa",
            "jwt_source": f"http://127.0.0.1:1/issuer-{number % ISSUERS}/jwks.json"}
        return signed | _only({}) | {
            "use_keyless": False, "enable_jwt": True, "jwt_policy_field_name": "pol",
            "jwt_default_policies": [f"bench-{number % 100}"],
            "scopes": {"jwt": {"scope_claim_name": "scp", "scope_to_policy": {f"{api['api_id']}:read": "bench-1"}}},
            "auth_configs": {"jwt": {"auth_header_name": "authorization"}}}

    def _tls(self, api: dict, number: int) -> dict:
        """Tokens, and a server that is spoken to over TLS, each by a name of its own."""
        target = api["proxy"]["target_url"].replace("h2c:", "https:")
        return _token() | _only({}) | {
            "proxy": api["proxy"] | {"target_url": target, "transport": {
                "ssl_min_version": 771, "ssl_max_version": 772, "ssl_force_common_name_check": False}},
            "grpc": {"tls": {"server_name": f"service-{number}.internal", "ca_file": str(self.trusted)},
                     "deadline": {"default": "10s", "max": "60s"}},
            "upstream_certificates": {"*": str(self.shown)}}


def _token() -> dict:
    return {"use_keyless": False, "use_standard_auth": True, "auth_configs": {"authToken": {"auth_header_name": "authorization"}}}


def _methods(number: int) -> list[str]:
    service = SERVICES[number % len(SERVICES)]
    return [f"shop.v1.{service}/{method}" for method in METHODS] + [f"shop.v1.{service}Admin/*"]


def _version(name: str, extended: dict) -> dict:
    return {"name": name, "use_extended_paths": True, "extended_paths": extended,
            "global_headers": {"x-gateway": "weir", "x-version": name}, "global_headers_remove": ["x-internal"],
            "global_response_headers_remove": ["server"]}


def _only(extended: dict) -> dict:
    return {"version_data": {"not_versioned": True, "versions": {"Default": _version("Default", extended)}}}
