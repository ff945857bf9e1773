"""What each region files in each round, and how it ends.

Towns by name, ``园1`` is the first park of the region, ``会1`` the first association, ``本区`` the zone itself.

Grades: ``A`` to ``D``; ``D!`` fails a basic condition, ``D?`` is vetoed, ``A+`` was proposed B and confirmed A.
``X`` is withdrawn before acceptance, ``R`` returned and never sent again, so declared and not graded.
"""

#: 2020: 慈溪市 stands at exactly 20 % of D, 象山县 above it, 保税区 has one platform, 梅山 declared nothing.
FIRST = {
    "330203": "高桥镇:A 集士港镇:B 古林镇:C 石碶街道:B 望春街道:C 横街镇:B 段塘街道:D 园1:B 园2:C",
    "330205": "慈城镇:A 洪塘街道:B 庄桥街道:B 前江街道:C 甬江街道:B 孔浦街道:C 园1:A",
    "330206": "新碶街道:A 小港街道:A 大碶街道:B 霞浦街道:C 柴桥街道:B 戚家山街道:D 园1:A 园2:B 园3:C 春晓街道:B",
    "330211": "骆驼街道:A 蛟川街道:B 庄市街道:C 九龙湖镇:B 园1:B 园2:C",
    "330212": "姜山镇:A 五乡镇:A 云龙镇:B 邱隘镇:B 下应街道:C 首南街道:A+ 潘火街道:B 中河街道:C 钟公庙街道:B 横溪镇:D "
    "东吴镇:D! 园1:A 园2:B 园3:C 瞻岐镇:X 咸祥镇:X",
    "330213": "溪口镇:A 江口街道:B 西坞街道:B 方桥街道:C 莼湖街道:C 松岙镇:D 园1:B 园2:C 裘村镇:X",
    "330225": "石浦镇:A 西周镇:B 丹东街道:B 爵溪街道:C 贤庠镇:D 定塘镇:D! 园1:C",
    "330226": "西店镇:A 长街镇:B 梅林街道:A 桥头胡街道:B 跃龙街道:C 黄坛镇:D? 园1:B 园2:C 力洋镇:R",
    "330281": "泗门镇:A 陆埠镇:B 马渚镇:B 低塘街道:C 朗霞街道:B 兰江街道:C 阳明街道:A 临山镇:C 丈亭镇:D "
    "园1:B 园2:C 牟山镇:X",
    "330282": "观海卫镇:A 周巷镇:A 龙山镇:B 横河镇:B 附海镇:C 逍林镇:D 新浦镇:C 长河镇:D! 园1:A 园2:B",
    "HZW": "本区:A 庵东镇:C 园1:B",
    "BSQ": "本区:B",
    "DXK": "本区:B 大榭街道:C",
    "GXQ": "本区:A 聚贤街道:C 园1:B",
    "DQH": "本区:C 东钱湖镇:C",
    "MSG": "",
    "SHQ": "本区:C",
    "HY": "会1:A 会2:A 会3:B 会4:B 会5:C 会6:D",
}

#: A small round in between, whose certificates are about to expire.
SMALL = {
    "330203": "鄞江镇:B",
    "330212": "百丈街道:A 塘溪镇:C",
    "330281": "河姆渡镇:B",
    "330282": "胜山镇:C",
    "330226": "岔路镇:D",
    "GXQ": "园2:A",
    "MSG": "本区:B",
}

#: The latest finished round: most of them certified before, one while its certificate was in force, which is replaced;
#: one that holds a certificate is D, which leaves it in force.
LAST = {
    "330203": "高桥镇:A 集士港镇:A 古林镇:B 园1:B 洞桥镇:C",
    "330205": "慈城镇:A 洪塘街道:B 园1:B",
    "330206": "新碶街道:A 小港街道:B 大碶街道:A 园1:A",
    "330211": "骆驼街道:B 蛟川街道:B 园2:C",
    "330212": "姜山镇:A 五乡镇:A 云龙镇:A 首南街道:B 园1:A 园4:C 百丈街道:B 塘溪镇:D",
    "330213": "溪口镇:B 江口街道:B 园1:C",
    "330225": "石浦镇:B 西周镇:C 贤庠镇:D",
    "330226": "西店镇:A 梅林街道:B 园3:C",
    "330281": "泗门镇:A 陆埠镇:B 阳明街道:B 黄家埠镇:D 园3:C",
    "330282": "观海卫镇:A 周巷镇:B 横河镇:C 园1:A",
    "HZW": "本区:A",
    "DXK": "本区:C",
    "GXQ": "本区:A",
    "HY": "会1:A 会3:B",
}

#: The current round. ``new`` was begun only, ``half`` filled in part, ``full`` complete and not submitted, ``link``
#: sent to the unit, ``handed`` handed over by it, ``sent`` in parts and not opened yet; ``checked`` by the county;
#: ``again`` was returned and sent again, ``twice`` two times over; ``overdue`` was returned and not answered in time;
#: the rest are statuses.
CURRENT = {
    "330203": "望春街道:accepted 横街镇:submitted 园2:half 段塘街道:new",
    "330205": "庄桥街道:accepted 前江街道:returned 甬江街道:checked 园2:submitted",
    "330206": "霞浦街道:submitted 柴桥街道:accepted 郭巨街道:half 园2:handed 戚家山街道:new",
    "330211": "庄市街道:submitted 九龙湖镇:half 园1:accepted",
    "330212": "邱隘镇:accepted 潘火街道:accepted 下应街道:accepted 钟公庙街道:submitted 中河街道:again 园3:submitted "
    "园2:returned 瞻岐镇:half 横溪镇:sent 咸祥镇:returned 园5:full 东吴镇:handed 福明街道:link 东郊街道:withdrawn",
    "330213": "西坞街道:accepted 萧王庙街道:half 园2:submitted 尚田街道:new",
    "330225": "丹东街道:submitted 爵溪街道:returned 园2:half",
    "330226": "长街镇:half 跃龙街道:submitted 园2:full 大佳何镇:new",
    "330281": "马渚镇:accepted 低塘街道:submitted 朗霞街道:twice 兰江街道:half 三七市镇:new 园2:returned",
    "330282": "龙山镇:accepted 附海镇:submitted 坎墩街道:half 园3:full 掌起镇:withdrawn",
    "HZW": "庵东镇:submitted 园1:half",
    "BSQ": "本区:submitted",
    "DXK": "大榭街道:new",
    "GXQ": "园1:accepted 聚贤街道:half",
    "DQH": "本区:overdue",
    "MSG": "梅山街道:half",
    "SHQ": "园1:submitted",
    "HY": "会2:accepted 会4:submitted 会7:half",
}
