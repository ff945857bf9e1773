"""What each region files in each round, and how it ends.

Regions are parts, which :mod:`ningbo_windows.demo.stage` gives to regions of the city: ``甲`` to ``癸`` are counties,
``子`` to ``午`` zones, ``市`` is the city. ``镇1`` is the first town of the region, or that the zone runs, ``园1`` its
first park, ``会1`` the first association, ``本区`` the zone itself.

Grades: ``A`` to ``D``; ``D!`` fails a basic condition, ``D?`` is vetoed, ``A+`` was proposed B and confirmed A;
``D-`` is withdrawn after it was scored D.
``X`` is withdrawn before acceptance, ``R`` returned and never sent again, so declared and not graded.
"""

#: 2020: 丁 stands at exactly 20 % of D, 壬 above it, 卯 has one platform, 巳 declared nothing.
FIRST = {
    "乙": "镇5:A 镇2:B 镇6:C 镇7:B 镇3:C 镇1:B 镇4:D 园1:B 园2:C",
    "癸": "镇4:A 镇5:B 镇1:B 镇2:C 镇3:B 镇6:C 园1:A",
    "丙": "镇6:A 镇1:A 镇7:B 镇2:C 镇3:B 镇5:D 园1:A 园2:B 园3:C 镇8:B",
    "戊": "镇1:A 镇4:B 镇2:C 镇3:B 园1:B 园2:C",
    "甲": "镇2:A 镇13:A 镇14:B 镇3:B 镇5:C 镇15:A+ 镇4:B 镇1:C 镇6:B 镇8:D 镇10:D! 园1:A 园2:B 园3:C 镇7:X 镇9:X",
    "辛": "镇5:A 镇6:B 镇3:B 镇7:C 镇8:C 镇1:D 园1:B 园2:C 镇9:X",
    "壬": "镇4:A 镇5:B 镇3:B 镇1:C 镇6:D 镇2:D! 园1:C",
    "庚": "镇5:A 镇2:B 镇1:A 镇6:B 镇3:C 镇7:D? 园1:B 园2:C 镇8:R",
    "己": "镇8:A 镇9:B 镇3:B 镇4:C 镇5:B 镇6:C 镇1:A 镇2:C 镇10:D 园1:B 园2:C 镇11:X",
    "丁": "镇6:A 镇1:A 镇2:B 镇7:B 镇3:C 镇8:D 镇9:C 镇10:D! 园1:A 园2:B",
    "丑": "本区:A 镇1:C 园1:B",
    "卯": "本区:B",
    "寅": "本区:B 镇1:C",
    "子": "本区:A 镇1:C 园1:B",
    "辰": "本区:C 镇1:C",
    "巳": "",
    "午": "本区:C",
    "市": "会1:A 会2:A 会3:B 会4:B 会5:C 会6:D",
}

#: A small round in between, whose certificates are about to expire.
SMALL = {
    "乙": "镇9:B",
    "甲": "镇16:A 镇17:C",
    "己": "镇13:B",
    "丁": "镇11:C",
    "庚": "镇9:D",
    "子": "园2:A",
    "巳": "本区:B",
}

#: The latest finished round: most of them certified before, one while its certificate was in force, which is replaced;
#: one that holds a certificate is D, which leaves it in force. 壬 withdraws its only D after it was scored.
LAST = {
    "乙": "镇5:A 镇2:A 镇6:B 园1:B 镇8:C",
    "癸": "镇4:A 镇5:B 园1:B",
    "丙": "镇6:A 镇1:B 镇7:A 园1:A",
    "戊": "镇1:B 镇4:B 园2:C",
    "甲": "镇2:A 镇13:A 镇14:A 镇15:B 园1:A 园4:C 镇16:B 镇17:D",
    "辛": "镇5:B 镇6:B 园1:C",
    "壬": "镇4:B 镇5:C 镇6:D-",
    "庚": "镇5:A 镇1:B 园3:C",
    "己": "镇8:A 镇9:B 镇1:B 镇12:D 园3:C",
    "丁": "镇6:A 镇1:B 镇7:C 园1:A",
    "丑": "本区:A",
    "寅": "本区:C",
    "子": "本区:A",
    "市": "会1:A 会3:B",
}

#: A round of which the list is public now: graded, not decided.
ANNOUNCED = {
    "乙": "镇7:B",
    "癸": "镇2:B",
    "丙": "镇7:B 园3:C",
    "甲": "镇6:B 园3:C 镇10:D!",
    "丁": "镇9:A 镇8:C",
    "市": "会5:B",
}

#: A round that is evaluated now: most were certified before. What each earns is only aimed at, nothing is graded yet.
JUDGING = {
    "乙": "镇5:A 镇2:B 园1:B 镇8:C",
    "癸": "镇4:A 镇5:B",
    "丙": "镇6:A 镇1:B 园1:A",
    "甲": "镇2:A 镇13:B 镇15:B 园1:A 园4:C 镇17:C",
    "辛": "镇5:B 镇6:C",
    "己": "镇8:A 镇9:B 镇13:C",
    "丁": "镇6:A 镇1:B",
    "丑": "本区:A",
    "市": "会1:A",
}

#: The current round. ``new`` was begun only, ``half`` filled in part, ``full`` complete and not submitted, ``link``
#: sent to the unit, ``handed`` handed over by it, ``sent`` in parts and not opened yet; ``checked`` by the county;
#: ``again`` was returned and sent again, ``twice`` two times over; ``overdue`` was returned and not answered in time;
#: the rest are statuses.
CURRENT = {
    "乙": "镇3:accepted 镇1:submitted 园2:half 镇4:new",
    "癸": "镇1:accepted 镇2:returned 镇3:checked 园2:submitted",
    "丙": "镇2:submitted 镇3:accepted 镇4:half 园2:handed 镇5:new",
    "戊": "镇2:submitted 镇3:half 园1:accepted",
    "甲": "镇3:accepted 镇4:accepted 镇5:accepted 镇6:submitted 镇1:again 园3:submitted 园2:returned "
    "镇7:half 镇8:sent 镇9:returned 园5:full 镇10:handed 镇11:link 镇12:withdrawn",
    "辛": "镇3:accepted 镇4:half 园2:submitted 镇2:new",
    "壬": "镇3:submitted 镇1:returned 园2:half",
    "庚": "镇2:half 镇3:submitted 园2:full 镇4:new",
    "己": "镇3:accepted 镇4:submitted 镇5:twice 镇6:half 镇7:new 园2:returned",
    "丁": "镇2:accepted 镇3:submitted 镇4:half 园3:full 镇5:withdrawn",
    "丑": "镇1:submitted 园1:half",
    "卯": "本区:submitted",
    "寅": "镇1:new",
    "子": "园1:accepted 镇1:half",
    "辰": "本区:overdue",
    "巳": "镇1:half",
    "午": "园1:submitted",
    "市": "会2:accepted 会4:submitted 会7:half",
}

#: Attachment 2 of the notice is not public: 29 strong industrial towns made up for the demo.
STRONG_TOWNS = {
    "乙": "镇5 镇2 镇6",
    "癸": "镇4",
    "丙": "镇6 镇1 镇7",
    "戊": "镇1 镇4",
    "甲": "镇2 镇13 镇14 镇3 镇7",
    "辛": "镇5 镇6 镇3",
    "壬": "镇4 镇5",
    "庚": "镇5 镇2 镇1",
    "己": "镇8 镇9 镇3",
    "丁": "镇6 镇1 镇2 镇7",
}

#: In which towns the parks lie, counted from 1; those of a zone lie in no town.
PARKS = {
    "乙": "镇2 镇3 镇6",
    "癸": "镇5 镇4",
    "丙": "镇7 镇1 镇2",
    "戊": "镇2 镇3",
    "甲": "镇2 镇13 镇4 镇14 镇8",
    "辛": "镇6 镇3",
    "壬": "镇7 镇5",
    "庚": "镇1 镇5 镇6",
    "己": "镇8 镇4 镇1",
    "丁": "镇1 镇7 镇9",
    "丑": "本区",
    "子": "本区 本区",
    "午": "本区",
}

#: Attachment 1 of the notice is not public: made up. Two regions file more than they have places.
QUOTAS = {
    "乙": 8, "癸": 7, "丙": 10, "戊": 7, "甲": 15, "辛": 8, "壬": 8, "庚": 9, "己": 10, "丁": 11,
    "丑": 3, "卯": 1, "寅": 2, "子": 3, "辰": 2, "巳": 1, "午": 2,
}  # fmt: skip

#: The county that entered a development zone of its own.
ENTERS_A_ZONE = "丁"
