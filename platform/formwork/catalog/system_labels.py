"""The labels of system fields in the product's languages; a package may still say otherwise under `_system`."""

from collections.abc import Mapping

SYSTEM_LABELS: Mapping[str, Mapping[str, str]] = {
    "es": {
        "id": "Id del registro", "record_type": "Tipo de registro", "owner": "Propietario", "created_at": "Creado el",
        "created_by": "Creado por", "updated_at": "Cambiado el", "updated_by": "Cambiado por", "version": "Versión",
        "deleted_at": "Eliminado el", "external_id": "Id externo", "archived": "Archivado",
    },
    "zh": {
        "id": "记录编号",
        "record_type": "记录类型",
        "owner": "负责人",
        "created_at": "创建时间",
        "created_by": "创建人",
        "updated_at": "更改时间",
        "updated_by": "更改人",
        "version": "版本",
        "deleted_at": "删除时间",
        "external_id": "外部编号",
        "archived": "已归档",
    },
    "ko": {
        "id": "레코드 ID",
        "record_type": "레코드 유형",
        "owner": "담당자",
        "created_at": "만든 날짜",
        "created_by": "만든 사람",
        "updated_at": "변경 날짜",
        "updated_by": "변경한 사람",
        "version": "버전",
        "deleted_at": "삭제 날짜",
        "external_id": "외부 ID",
        "archived": "보관됨",
    },
}  # fmt: skip
"""Locale -> field -> label."""

BASE_WORD: Mapping[str, str] = {"en": "base", "es": "base", "zh": "本位币", "ko": "기준 통화"}
"""Locale -> what stands behind the label of an amount in the organisation's currency."""
