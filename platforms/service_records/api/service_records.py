"""Service records of other systems, in batches, with a token: ``POST /api/v1/service-records/``."""

import logging
from http import HTTPStatus
from math import isinf
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils import timezone
from ninja import Router, Schema
from ninja.security import HttpBearer
from pydantic import Field
from pydantic_core import from_json

from platforms.client_address import request_address
from platforms.limits import Limiter
from platforms.models import ApiToken
from platforms.service_records.api.batch_schema import BATCH, MOST_BYTES, MOST_RECORDS
from platforms.service_records.services import records as service_records
from platforms.service_records.services import tokens as api_tokens
from platforms.service_records.services.records import NO_SUCH_PLATFORM

logger = logging.getLogger("ningbo_windows.security")

batches = Limiter("batches", lambda: settings.RECORD_BATCHES_PER_MINUTE, seconds=60)
#: Calls of one address without a token that is good; a good one passes all the same.
failures = Limiter("tokens", lambda: settings.KEY_GUESSES_PER_MINUTE, seconds=60)

NO_TOKEN = "缺少有效的接口令牌。"  # noqa: S105 - what is said without one
FAR_TOO_LONG = 200


class Problem(Schema):
    detail: str = Field(title="说明", description="问题所在，一句话。")


class RejectedOut(Schema):
    index: int = Field(title="序号", description="该条在本批中的位置，从 0 开始。")
    external_id: str = Field(title="来源编号", description="该条的来源编号，没有的为空。")
    field: str = Field(title="字段", description="第一个有问题的字段的名称。")
    message: str = Field(title="问题", description="哪里不符合要求，一句话。")


class OutcomeOut(Schema):
    created: int = Field(title="新增", description="新登记的条数。")
    updated: int = Field(title="更正", description="来源编号已有、内容不同，按更正处理的条数；原内容保留。")
    unchanged: int = Field(title="未变", description="来源编号和内容都已有的条数。")
    rejected: list[RejectedOut] = Field(title="未收", description="未收的各条及原因；其他各条已收。")


class Refused(Exception):
    """A call that is answered with a status and one sentence."""

    def __init__(self, status: HTTPStatus, detail: str, **headers: str) -> None:
        super().__init__(detail)
        self.status, self.headers = status, headers

    def answer(self) -> HttpResponse:
        """Return it as the interface says it."""
        answer = JsonResponse(
            {"detail": str(self)}, status=self.status, headers=self.headers, json_dumps_params={"ensure_ascii": False}
        )
        answer["Cache-Control"] = "no-store"
        return answer


class TokenAuth(HttpBearer):
    """One header ``Authorization: Bearer TOKEN`` and nothing else; every other call gets the same answer."""

    def __call__(self, request: HttpRequest) -> ApiToken:
        header = request.headers.get(self.header, "")
        kind, _, text = header.partition(" ")
        good = kind.lower() == "bearer" and 0 < len(text) < FAR_TOO_LONG
        # Looked up even if it cannot be one, so that it takes as long.
        token = self.authenticate(request, text if good else "")
        if token is None:
            seconds = failures.wait(request_address.get())
            if seconds:
                # Not logged: what is counted must not fill the log.
                detail = f"无效的接口令牌过多，请 {seconds} 秒后再试。"
                raise Refused(HTTPStatus.TOO_MANY_REQUESTS, detail, **{"Retry-After": str(seconds)})
            logger.warning("401 service-records %s", request_address.get())
            raise Refused(HTTPStatus.UNAUTHORIZED, NO_TOKEN, **{"WWW-Authenticate": "Bearer"})
        return token

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:  # noqa: ARG002
        return api_tokens.find(token, at=timezone.now())


router = Router(tags=["service-records"])


@router.post(
    "",
    auth=TokenAuth(),
    response={200: OutcomeOut, 401: Problem, 403: Problem, 413: Problem, 422: Problem, 429: Problem},
    summary="报送服务记录",
    description=(
        f"凭接口令牌成批报送服务记录，一次最多 {MOST_RECORDS:,} 条、{MOST_BYTES // 1024 // 1024} MB。"
        "令牌由市经信局或区县（市）发放给一个窗口平台或一个地区，放在请求头 Authorization: Bearer 中。"
        "各条单独答复：好的收下，有问题的逐条指出；中断后原样重报即可，不会重复登记。"
        "已作废的记录不再接收；同一批中编号重复而内容不同的，只收第一条；整批都不在令牌范围之内的返回 403。"
    ),
    operation_id="send_service_records",
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": BATCH}}}},
)
def send_service_records(request: HttpRequest) -> Any:
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    now = timezone.now()
    seconds = batches.wait(f"token {token.pk}")
    if seconds:
        raise _refused(
            token,
            HTTPStatus.TOO_MANY_REQUESTS,
            f"报送过于频繁，请 {seconds} 秒后再试。",
            **{"Retry-After": str(seconds)},
        )
    if request.GET:
        name = next(iter(request.GET))
        raise _refused(token, HTTPStatus.UNPROCESSABLE_ENTITY, f"没有参数“{name}”，请核对参数名。")
    records = read_batch(request, token)
    api_tokens.note_use(token=token, at=now)
    outcome = service_records.take_in(
        rows=records,
        source=api_tokens.source_of(token),
        platforms=api_tokens.platforms_of(token),
        by=None,
        actor=f"接口：{api_tokens.holder_code(token)}",
        at=now,
    )
    if (
        records
        and all(each.message == NO_SUCH_PLATFORM for each in outcome.rejected)
        and (len(outcome.rejected) == len(records))
    ):
        raise _refused(token, HTTPStatus.FORBIDDEN, f"整批记录都未收：{NO_SUCH_PLATFORM}")
    return JsonResponse(
        {
            "created": outcome.created,
            "updated": outcome.updated,
            "unchanged": outcome.unchanged,
            "rejected": [each._asdict() for each in outcome.rejected],
        },
        json_dumps_params={"ensure_ascii": False},
        headers={"Cache-Control": "no-store"},
    )


def read_batch(request: HttpRequest, token: ApiToken) -> list[dict[str, Any]]:
    """Return the records of the body as they are; each is judged by itself later.

    Raises:
        Refused: too large, or no batch at all.
    """
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        body = request.body if length <= MOST_BYTES else b""
    except (RequestDataTooBig, ValueError):
        length = MOST_BYTES + 1
    except UnreadablePostError:
        raise _refused(token, HTTPStatus.BAD_REQUEST, "请求内容中断，请原样重报。") from None
    if length > MOST_BYTES:
        limit = f"{MOST_BYTES // 1024 // 1024} MB"
        raise _refused(token, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"一批不得超过 {limit}，请分批报送。")
    try:
        batch = from_json(body, allow_inf_nan=False)
    except ValueError:
        raise _refused(token, HTTPStatus.UNPROCESSABLE_ENTITY, "请求内容不是有效的 JSON（UTF-8）。") from None
    records = batch.get("records") if isinstance(batch, dict) else None
    if not isinstance(records, list) or len(batch) != 1:
        raise _refused(token, HTTPStatus.UNPROCESSABLE_ENTITY, '请求内容须为 {"records": [...]}。')
    if len(records) > MOST_RECORDS:
        raise _refused(
            token, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"一批最多 {MOST_RECORDS:,} 条，现为 {len(records):,} 条。"
        )
    for place, record in enumerate(records, start=1):
        if type(record) is not dict:
            raise _refused(token, HTTPStatus.UNPROCESSABLE_ENTITY, f"第 {place} 条不是一组字段。")
        # A number beyond all limits reads as infinity.
        if float in map(type, record.values()) and any(type(v) is float and isinf(v) for v in record.values()):
            raise _refused(token, HTTPStatus.UNPROCESSABLE_ENTITY, f"第 {place} 条中有超出范围的数字。")
    return records


def _refused(token: ApiToken, status: HTTPStatus, detail: str, **headers: str) -> Refused:
    """Write the refusal into the log, by the number of the token and never by its text."""
    logger.warning("%d service-records token=%d %s", status, token.pk, request_address.get())
    return Refused(status, detail, **headers)
