"""Released allocations in the open interface, below ``/api/v1/allocations``."""

from datetime import date
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from evaluation.site.api import Problem, WrongParameters
from evaluation.site.api_docs import EXAMPLES
from funding.models import AllocationRelease
from funding.releases.queries import chain_of, chains
from funding.runs.queries.sheet import Line, sheet_of
from platforms.models import Round

router = Router(tags=["allocations"])
EXAMPLES["get_allocation"] = ({}, {"year": "2020"})


class Count(Schema):
    code: str = Field(title="代码", description="档次的代码，或未评定、评分后撤回、公布后撤销的代码。")
    label: str = Field(title="名称", description="所属年度的通知规定的名称。")
    count: int = Field(title="数量", description="单位：个。")


class ReadingOut(Schema):
    label: str = Field(title="口径", description="通知文字可以作不同理解的地方。")
    choice: str = Field(title="本次采用", description="采用的理解。")
    is_default: bool = Field(title="是否默认", description="采用默认理解的为真。")
    reason: str = Field(title="默认理由", description="默认这样理解的理由。")


class RegionOut(Schema):
    code: str = Field(title="地区代码", description="行政区划代码；重点行业平台为空。")
    region: str = Field(title="地区", description="区县（市）或管委会；重点行业平台不参加分配。")
    declared: int = Field(title="申报数", description="各项数量之和，单位：个。")
    counts: list[Count] = Field(title="各项数量", description="各档、未评定、评分后撤回、公布后撤销，相加为申报数。")
    share: str = Field(title="占比", description="最低档占比，精确分数，如 1/10；没有的为空。")
    score: str = Field(title="得分", description="精确分数，如 37；不予支持的为空。")
    weight: str = Field(title="权重", description="精确分数，如 37/60；不予支持的为空。")
    amount: int = Field(title="金额", description="单位：元。")
    verdict: str = Field(title="是否支持", description="支持、不予支持、未申报、得分为零或不参加分配。")


class AllocationOut(Schema):
    year: int = Field(title="年度", description="资金所属的年度。")
    number: str = Field(title="测算编号", description="更正后另有编号。")
    document_number: str = Field(title="文号", description="资金分配文件的文号。")
    decided_on: date = Field(title="文件日期", description="资金分配文件的日期。")
    pool: int = Field(title="资金总额", description="单位：元。")
    allocated: int = Field(title="已分配", description="单位：元。")
    unallocated: int = Field(title="未分配", description="单位：元。")
    counts_sha256: str = Field(title="申报数校验值", description="申报数文件的 SHA-256，64 位十六进制小写。")
    corrects: str = Field(title="更正的测算编号", description="本结果更正的上一次结果；没有的为空。")


class WholeAllocation(AllocationOut):
    readings: list[ReadingOut] = Field(title="口径", description="通知文字可以作不同理解的地方，本次如何采用。")
    regions: list[RegionOut] = Field(title="各地区", description="按地区代码排列，重点行业平台在最后。")


class AllocationList(Schema):
    allocations: list[AllocationOut] = Field(title="资金分配", description="各年度现行有效的结果，最近的年度在前。")


def _head(release: AllocationRelease, former: AllocationRelease | None) -> dict[str, Any]:
    run = release.run
    return {
        "year": run.round.year,
        "number": run.number,
        "document_number": release.document_number,
        "decided_on": release.decided_on,
        "pool": run.pool_yuan,
        "allocated": run.allocated_yuan,
        "unallocated": run.unallocated_yuan,
        "counts_sha256": run.counts_digest,
        "corrects": former.run.number if former else "",
    }


def _region(line: Line, names: list[tuple[str, str]]) -> dict[str, Any]:
    declared, *others = line.counts
    exact = {name: "" if (each := getattr(line, name)) is None else str(each) for name in ("share", "score", "weight")}
    return {
        "code": line.code,
        "region": line.label,
        "declared": declared,
        "counts": [
            {"code": code, "label": label, "count": count} for (code, label), count in zip(names, others, strict=True)
        ],
        **exact,
        "amount": line.amount,
        "verdict": line.verdict,
    }


@router.get(
    "",
    response={200: AllocationList},
    summary="查询资金分配结果",
    description="列出已公布的各年度资金分配结果；更正过的，列现行有效的一次。",
    operation_id="list_allocations",
)
def list_allocations(request: HttpRequest) -> Any:  # noqa: ARG001 - the interface names it
    return {"allocations": [_head(newest, next(iter(older), None)) for newest, *older in chains()]}


@router.get(
    "/{year}",
    response={200: WholeAllocation, 404: Problem, 422: WrongParameters},
    summary="查询一个年度的资金分配",
    description="按年度查询已公布的资金分配：各地区的申报数、各档数、占比、得分、权重、金额和采用的口径。",
    operation_id="get_allocation",
)
def get_allocation(
    request: HttpRequest,  # noqa: ARG001 - the interface names it
    year: Annotated[int, Path(title="年度", description="如 2020。", ge=2020, le=2099)],
) -> Any:
    round_ = Round.objects.filter(year=year).first()
    chain = chain_of(round_) if round_ else []
    if not chain:
        raise Http404
    sheet = sheet_of(chain[0].run)
    codes = (*sheet.money.codes, "ungraded", "withdrawn_late", "revoked")
    names = list(zip(codes, sheet.count_labels[1:], strict=True))
    lines = [*sheet.lines, *([sheet.industry] if sheet.industry else [])]
    return _head(chain[0], next(iter(chain[1:]), None)) | {
        "readings": [
            {"label": each.label, "choice": each.choice, "is_default": each.is_default, "reason": each.reason}
            for each in (*sheet.readings, *sheet.countings)
        ],
        "regions": [_region(line, names) for line in lines],
    }
