"""A client that is generated from the description, by people who have never seen this program, reads everything."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from evaluation.models import Certification, Result
from tests import factories
from tests.evaluation.stage import published_round
from tests.funding.worked import released
from tests.patience import LONG

PACKAGE = "sme_window_platforms_client"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The package as the generator leaves it, where Python finds it."""
    folder = tmp_path_factory.mktemp("client")
    described = folder / "openapi.json"
    described.write_bytes(Client().get("/api/v1/openapi.json").content)
    # The generator formats what it wrote with a tool beside it.
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    made = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", "--path", described, "--meta", "pdm"],
        cwd=folder, env=os.environ | {"PATH": tools}, capture_output=True, text=True, timeout=LONG, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    assert "Unable to parse" not in made.stdout, made.stdout
    package = folder / "sme-window-platforms-client"
    sys.path.insert(0, str(package))
    yield package
    sys.path.remove(str(package))
    for name in [each for each in sys.modules if each.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def test_its_name_is_one_that_pip_takes(generated: Path) -> None:
    import tomllib

    from packaging.requirements import Requirement

    project = tomllib.loads((generated / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert Requirement(f"{project['name']}=={project['version']}").name == "sme-window-platforms-client"
    assert [path.name for path in generated.rglob("*") if not path.name.isascii()] == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("N40")
def test_it_reads_results_a_platform_a_certificate_and_the_money(generated: Path, live_server: Any) -> None:
    publication = published_round({"330212": {"A": 3, "D": 1}}, year=2025)
    released(publication.round, factories.person("signer", "finance"), factories.person("locker", "finance"))
    whole = importlib.import_module(PACKAGE).Client(base_url=live_server.url, raise_on_unexpected_status=True)
    with whole as client:

        def call(where: str, *args: Any, **values: Any) -> Any:
            return importlib.import_module(f"{PACKAGE}.api.{where}").sync(*args, client=client, **values)

        pages = [call("results.list_results", round_=2025, page=number, page_size=3) for number in (1, 2)]
        assert (pages[0].count, pages[0].pages) == (4, 2)
        read = [each for page in pages for each in page.results]
        plain = Client().get("/api/v1/results?round=2025&page_size=100").json()["results"]
        assert [each.to_dict() for each in read] == plain
        assert {each.code for each in read} == set(Result.objects.values_list("code", flat=True))

        platform = call("results.get_result", "330212-001")
        assert (platform.code, platform.rounds[0].round_, platform.rounds[0].result.grade) == ("330212-001", 2025, "A")
        number = Certification.objects.get(result__code="330212-001").number
        certificate = call("certificates.get_certificate", number)
        assert (certificate.number, certificate.result.code, len(certificate.sha256)) == (number, "330212-001", 64)

        listed = call("allocations.list_allocations").allocations
        allocation = call("allocations.get_allocation", listed[0].year)
        assert allocation.to_dict() == json.loads(Client().get("/api/v1/allocations/2025").content)
        assert sum(each.amount for each in allocation.regions) == allocation.allocated

        refused = call("results.get_result", "330212-999")
        assert refused.detail == "没有查到。"
        wrong = call("results.list_results", grade="Z")
        assert [(each.parameter, each.message) for each in wrong.problems] == [("grade", "没有所选的档次。")]
