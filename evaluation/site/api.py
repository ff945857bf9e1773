from ninja import NinjaAPI

api = NinjaAPI(title="窗口平台开放接口", version="1.0", docs_url=None)
