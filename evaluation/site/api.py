"""The open interface: published results and certificates for other systems, without an account."""

from copy import deepcopy
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI, Path, Query, Schema
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema
from pydantic import Field

from evaluation.certification.choices import Validity
from evaluation.certification.queries import documents, published
from evaluation.certification.queries.published import CITY_CODE, Line
from evaluation.models import Result
from evaluation.site import answers
from evaluation.site.answers import wait_for
from evaluation.site.filters import read_filters
from platforms.choices import PlatformType, ServiceClass
from platforms.identity import ours
from platforms.service_records.api import service_records

REASONS = {
    "200": "成功",
    "304": "内容没有变化，仍可使用原有副本",
    "400": "地址或内容无法读取",
    "401": "没有有效的接口令牌",
    "403": "不在令牌的范围之内",
    "404": "没有查到",
    "413": "超过一批的上限",
    "422": "参数或内容不符合要求",
    "429": "过于频繁",
    "503": "暂时无法处理，请稍后原样重试",
}
# What the checks of the parameters say, in Chinese.
PROBLEMS = {
    "missing": "缺少此参数。",
    "int_parsing": "应为整数。",
    "int_type": "应为整数。",
    "literal_error": "不在可选值之内。",
    "greater_than_equal": "不得小于 {ge}。",
    "less_than_equal": "不得大于 {le}。",
    "string_too_long": "不得超过 {max_length} 个字。",
}


def _json(name: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}


# What any call may be answered before it reaches its operation (``TroubleMiddleware``), and any read at its edges.
ANY_TIME = {"400": _json("Problem"), "503": _json("Problem")}
ANY_READ = {"304": {}, "422": _json("WrongParameters")}
#: What becomes a class in a program that is made from the description is named in ASCII; this is how people call it.
TITLE = "x-title"


class ChineseAPI(NinjaAPI):
    """A description of the interface that says what answers mean in Chinese, and whose names programs can take."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        schema["info"] |= {
            "summary": NAME,
            "contact": {"name": ours().footer.organiser or ours().programme, "url": settings.SITE_URL},
            "license": {"name": settings.OPEN_DATA_LICENCE, "url": settings.OPEN_DATA_LICENCE_URL},
        }
        named = schema["components"]["schemas"]
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                operation.setdefault("security", [])
                own = {str(status): answer for status, answer in operation["responses"].items()}
                answers = ANY_TIME | (ANY_READ if method == "get" else {}) | own
                operation["responses"] = {
                    status: {**answer, "description": REASONS.get(status, answer.get("description", ""))}
                    for status, answer in sorted(answers.items())
                }
                if "requestBody" in operation:
                    operation["requestBody"] = _taken_out(operation["requestBody"], named)
                for given in operation.get("parameters", ()):
                    _name_in_ascii(given["schema"])
        for shape in named.values():
            for field in shape.get("properties", {}).values():
                _name_in_ascii(field)
        return schema


def _taken_out(body: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    """Return ``body`` with a reference to the batch, which stands among the ``named`` with its record."""
    whole = deepcopy(body["content"]["application/json"]["schema"])
    records = whole["properties"]["records"]
    for name, shape in (("ServiceRecord", records["items"]), ("ServiceRecordBatch", whole)):
        shape[TITLE], shape["title"] = shape["title"], name
        named[name] = shape
    records["items"] = {"$ref": "#/components/schemas/ServiceRecord"}
    return {**body, **_json("ServiceRecordBatch")}


def _name_in_ascii(field: dict[str, Any]) -> None:
    """Let a field with a vocabulary of its own be called by its key."""
    options = [field, *field.get("anyOf", ())]
    if any("enum" in each for each in options) and "title" in field:
        field[TITLE] = field.pop("title")


NAME = "窗口平台开放接口"
api = ChineseAPI(
    # Programs make their names of it.
    title="SME Window Platforms",
    version="1.1",
    description="查询已公布的窗口平台认定结果、认定证书和资金分配，无需账号，未公布的内容一律查不到；凭接口令牌报送服务记录。",
    docs_url=None,
    urls_namespace="api",
    # Whatever host it was asked for: the one that answers.
    servers=[{"url": "/", "description": "本网站"}],
    openapi_extra={
        "tags": [
            {"name": "results", "description": "认定结果"},
            {"name": "certificates", "description": "认定证书"},
            {"name": "allocations", "description": "资金分配"},
            {"name": "service-records", "description": "服务记录"},
        ]
    },
)


# The vocabularies that an address is chosen from; a test holds them against the choices.
States = Literal[
    "pending", "in_force", "expiring", "expired", "replaced", "given_up", "revoked", "corrected", "uncertified"
]
Services = Literal["information", "finance", "startup", "talent", "technology", "management", "market", "law"]


class Problem(Schema):
    detail: str = Field(title="说明", description="问题所在，一句话。")


class WrongParameter(Schema):
    parameter: str = Field(title="参数", description="参数名。")
    message: str = Field(title="问题", description="参数哪里不符合要求。")


class WrongParameters(Problem):
    problems: list[WrongParameter] = Field(title="逐项问题", description="每个不符合要求的参数一项。")


class ResultOut(Schema):
    code: str = Field(title="平台编号", description="长期不变，各年度相同。")
    name: str = Field(title="平台名称", description="公布时的名称。")
    type: str = Field(title="类型", description="类型的中文名称。")
    type_code: str = Field(title="类型代码", description="与查询参数 type 的取值相同。")
    region: str = Field(title="地区", description="区县（市）或管委会；市级申报的为“市级”。")
    region_code: str = Field(title="地区代码", description=f"与查询参数 region 的取值相同；市级为 {CITY_CODE}。")
    round: int = Field(title="年度", description="结果所属的年度。")
    site: str = Field(title="地点", description="功能区、乡镇（街道）、小微企业园或行业协会的名称。")
    operator: str = Field(title="运营单位", description="公布时的运营单位名称。")
    grade: str = Field(title="档次", description="代码，由所属年度的通知规定，与查询参数 grade 的取值相同。")
    grade_label: str = Field(title="档次名称", description="所属年度的通知规定的名称。")
    certificate: str = Field(title="证书编号", description="未认定的为空。")
    valid_from: date | None = Field(title="有效期起", description="含当日；未认定的为空。")
    valid_until: date | None = Field(title="有效期止", description="含当日；未认定的为空。")
    revoked_on: date | None = Field(title="撤销日期", description="未撤销的为空。")
    ended_on: date | None = Field(
        title="终止日期", description="有效期满前换证、放弃、更正或撤销的，自当日起不再有效；否则为空。"
    )
    replaced_by: str = Field(title="换发的新证", description="换证或更正后另发证书的为新证书编号，否则为空。")
    state: str = Field(
        title="认定状态代码",
        description="；".join(f"{value} {label}" for value, label in Validity.choices) + "；未认定的为空。",
    )
    state_label: str = Field(title="认定状态", description="查询当日的状态。")
    phone: str = Field(title="服务电话", description="对外公布的办公电话，可能为空。")
    version: int = Field(title="版本", description="自 1 起；更正或变更一次加 1，有效的是最后一版。")
    corrected_on: date | None = Field(title="更正日期", description="本版更正或变更公布的日期；第一版为空。")
    taken_over: bool = Field(title="历史数据", description="本系统启用前的年度，按原有资料导入的为真。")


class ResultPage(Schema):
    round: int | None = Field(title="年度", description="所查的年度；查现行有效的认定或全部年度时为空。")
    decided_on: date | None = Field(
        title="认定日期", description="所查年度的认定日期；查现行有效的认定或全部年度时为空。"
    )
    in_force_on: date | None = Field(
        title="截至日期", description="现行有效的认定以这一天为准；查某一年度或全部年度时为空。"
    )
    count: int = Field(title="总数", description="符合条件的平台数，单位：个。")
    page: int = Field(title="页码", description="从 1 开始。")
    pages: int = Field(title="总页数", description="没有结果时为 1。")
    results: list[ResultOut] = Field(
        title="结果", description="本页的平台，按平台编号排列；同一平台的，最近的年度在前。"
    )


class EarlierVersion(Schema):
    version: int = Field(title="版本", description="被取代的版本。")
    replaced_on: date = Field(title="取代日期", description="新版公布的日期，自此本版不再有效。")
    kind: str = Field(title="原因", description="更正或变更。")
    reason: str = Field(title="公开说明", description="更正或变更的说明。")
    result: ResultOut = Field(title="结果", description="本版的内容。")


class RoundResult(Schema):
    round: int = Field(title="年度", description="结果所属的年度。")
    result: ResultOut = Field(title="结果", description="该年度公布的结果，最后一版。")
    earlier: list[EarlierVersion] = Field(title="此前版本", description="已更正、变更的版本，最近的在前；没有的为空。")


class PlatformOut(Schema):
    code: str = Field(title="平台编号", description="长期不变，各年度相同。")
    rounds: list[RoundResult] = Field(title="各年度结果", description="最近的年度在前。")


class CertificateOut(Schema):
    number: str = Field(title="证书编号", description="规范写法。")
    state: str = Field(title="认定状态代码", description="查询当日的状态。")
    state_label: str = Field(title="认定状态", description="查询当日的状态。")
    round: int = Field(title="年度", description="认定所属的年度。")
    sha256: str = Field(
        title="文件校验值", description="签发的证书 PDF 文件的 SHA-256，64 位十六进制小写；没有电子文件的为空。"
    )
    result: ResultOut = Field(title="结果", description="证书对应的平台。")


def refuse(request: HttpRequest, status: int, detail: str, **more: Any) -> HttpResponse:
    return api.create_response(request, {"detail": detail, **more}, status=status)


@api.exception_handler(ValidationError)
def wrong_parameters(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Name each parameter that was not understood, in Chinese; of what it may be otherwise, the first."""
    faults = {str(fault["loc"][1]): fault for fault in reversed(error.errors)}
    problems = [
        {
            "parameter": name,
            "message": PROBLEMS.get(fault["type"], "取值不符合要求。").format(**fault.get("ctx", {})),
        }
        for name, fault in reversed(faults.items())
    ]
    return refuse(request, HTTPStatus.UNPROCESSABLE_ENTITY, "参数不符合要求。", problems=problems)


@api.exception_handler(Http404)
def not_found(request: HttpRequest, _error: Http404) -> HttpResponse:
    return refuse(request, HTTPStatus.NOT_FOUND, "没有查到。")


@api.exception_handler(service_records.Refused)
def refused(_request: HttpRequest, refusal: service_records.Refused) -> HttpResponse:
    return refusal.answer()


api.add_router("/service-records/", service_records.router)


def on_today(result: Result) -> Line:
    return published.line(result, timezone.localdate())


@api.get(
    "/results",
    response={200: ResultPage, 422: WrongParameters},
    summary="查询认定结果",
    description="按状态、地区、类型、服务类别、档次和关键词查询现行有效的认定，或某一年度、全部年度公布的认定结果，分页返回。",
    operation_id="list_results",
    tags=["results"],
)
def list_results(
    request: HttpRequest,
    q: Annotated[
        str,
        Query(
            title="关键词",
            description="平台名称、运营单位、地点、地区、拼音或证书编号；须与原文相符，不按错一个字查找。",
            max_length=60,
        ),
    ] = "",
    round: Annotated[
        Annotated[int, Field(ge=2020, le=2099)] | Literal["all"] | None,
        Query(title="年度", description="如 2020；all 为全部年度；不填为现行有效的认定，不分年度。"),
    ] = None,
    state: Annotated[
        States | None,
        Query(
            title="认定状态代码", description="；".join(f"{value} {label}" for value, label in published.STATES) + "。"
        ),
    ] = None,
    region: Annotated[
        str,
        Query(title="地区代码", description=f"如 {ours().examples.region_code}；市级为 {CITY_CODE}。", max_length=12),
    ] = "",
    town: Annotated[
        str,
        Query(
            title="乡镇、功能区",
            description=f"公布时的名称，如“{ours().examples.town}”；与结果中的地点相同。",
            max_length=100,
        ),
    ] = "",
    type: Annotated[
        Literal["functional_zone", "town", "park", "industry"] | None,
        Query(
            title="类型代码", description="；".join(f"{value} {label}" for value, label in PlatformType.choices) + "。"
        ),
    ] = None,
    service: Annotated[
        Services | None,
        Query(
            title="服务类别代码",
            description="；".join(f"{value} {label}" for value, label in ServiceClass.choices) + "。",
        ),
    ] = None,
    grade: Annotated[str, Query(title="档次", description="所属年度的通知规定的代码，如 A。", max_length=8)] = "",
    page: Annotated[int, Query(title="页码", description="从 1 开始；超出总页数时没有结果。", ge=1, le=1_000_000)] = 1,
    page_size: Annotated[int, Query(title="每页个数", description="1 至 100。", ge=1, le=100)] = 25,
) -> Any:
    asked = {"q": q, "round": round, "state": state, "region": region, "town": town, "type": type, "service": service}
    filters = read_filters({**asked, "grade": grade})
    if filters.problems:
        problems = [{"parameter": name, "message": sentence} for name, sentence in filters.wrong]
        return refuse(request, HTTPStatus.UNPROCESSABLE_ENTITY, "参数不符合要求。", problems=problems)
    rows = published.results(filters.wanted)
    count = rows.count()
    start = (page - 1) * page_size
    publication = filters.wanted.publication
    return {
        "round": filters.year,
        "decided_on": publication.decided_on if publication else None,
        "in_force_on": None if publication or filters.wanted.every else filters.wanted.on,
        "count": count,
        "page": page,
        "pages": max(1, -(-count // page_size)),
        "results": [on_today(row) for row in rows[start : start + page_size]] if start < count else [],
    }


@api.get(
    "/results/{code}",
    response={200: PlatformOut, 404: Problem, 422: WrongParameters},
    summary="查询一个平台",
    description="按平台编号查询一个平台各年度公布的结果；更正、变更过的，列出此前的版本。",
    operation_id="get_result",
    tags=["results"],
)
def get_result(
    request: HttpRequest,  # noqa: ARG001 - the interface names it
    code: Annotated[str, Path(title="平台编号", description=f"如 {ours().examples.platform_code}。", max_length=20)],
) -> Any:
    found = published.history(code)
    if not found:
        raise Http404
    earlier = published.earlier(code)
    return {
        "code": code,
        "rounds": [
            {
                "round": row.publication.round.year,
                "result": on_today(row),
                "earlier": [_replaced(each) for each in earlier if each.result.publication_id == row.publication_id],
            }
            for row in found
        ],
    }


def _replaced(each: published.Earlier) -> dict[str, Any]:
    return {
        "version": each.result.version,
        "replaced_on": each.on,
        "kind": each.kind,
        "reason": each.reason,
        "result": on_today(each.result),
    }


@api.get(
    "/certificates/{number}",
    response={200: CertificateOut, 404: Problem, 422: WrongParameters, 429: Problem},
    summary="核验认定证书",
    description="按证书编号核验认定证书在查询当日的状态。全角、小写和空格可以识别；每分钟的核验次数有限。",
    operation_id="get_certificate",
    tags=["certificates"],
)
def get_certificate(
    request: HttpRequest,
    number: Annotated[str, Path(title="证书编号", description="证书上的编号。", max_length=60)],
) -> Any:
    seconds = wait_for(answers.verifications)
    if seconds:
        response = refuse(request, HTTPStatus.TOO_MANY_REQUESTS, f"核验过于频繁，请 {seconds} 秒后再试。")
        response["Retry-After"] = str(seconds)
        return response
    found = published.certification(number)
    if found is None:
        raise Http404
    line, file = on_today(found.result), documents.of_certificate(found)
    return {
        "number": found.number,
        "state": line.state,
        "state_label": line.state_label,
        "round": found.result.publication.round.year,
        "sha256": file.digest if file else "",
        "result": line,
    }
