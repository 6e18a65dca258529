/// Random small templates and what Jinja2 3.1.6 made of them; nil where it refused.
enum GoldenTemplates {
    static let cases: [(template: String, answer: String?)] = [
        (
            "{% set c %}{{ not 2 }}!{% endset %}{{ c | upper }}{{ p | sort(attribute=\"n\") | map(attribute=\"name\") | list }}",
            "FALSE!['Door', 'fan', 'Lamp']"
        ),
        (
            "{{ '{:3d}|'.format(off) }}x{% for i in p | map(attribute=\"n\") %}{{ i }}{{ \", \" if not loop.last }} {% else %}none{% endfor %}",
            "  0|x2,  1,  0 "
        ),
        ("{% set ns = namespace(k=0) %}{% for i in l %}{% set ns.k = ns.k + i %}{% endfor %}{{ ns.k }}", "6"),
        ("{{ m or e }}", "{'a': 1, 'b': 'two'}"),
        ("{% set q = [] %}{% for i in t %}{% set _ = q.append(i) %}{% endfor %}{{ q }}", "['b', 'A', 'c']"),
        (
            "{{ (n if on else [1,2]) }}x{% set ns = namespace(k=0) %}{% for i in l %}{% set ns.k = ns.k + i %}{% endfor %}{{ ns.k }}",
            "3x6"
        ),
        ("{% for i in range(3) %}{{ i }}{{ \", \" if not loop.last }} {% endfor %}", "0,  1,  2 "),
        ("{# c -#}  {{- '{:05.1f}'.format(10) -}}  .{# c -#}  {{- (f if n else e) -}}  .", "010.0.2.5."),
        ("{{ p | selectattr(\"n\",\"gt\",0) | list | length }}", "2"),
        (
            "{% for i in p | map(attribute=\"n\") %}{% set q = i %}{{ q }} {% else %}none{% endfor %}",
            "2 1 0 "
        ),
        ("{% set v = (s).rstrip() %}{{ v }}{% set v = v %}", "Hello world"),
        ("{{ not (l)[1:] }}{{ s and [\"a\",\"b\"] }} ", "False['a', 'b'] "),
        ("{% set ns = namespace(k=0) %}{% for i in l %}{% set ns.k = ns.k + i %}{% endfor %}{{ ns.k }}", "6"),
        ("{{ m.values() | list }} {{ m.values() | list }}", "[1, 'two'] [1, 'two']"),
        (
            "{% for i in range(3) %}{{ i }}{{ \", \" if not loop.last }} {% else %}none{% endfor %}",
            "0,  1,  2 "
        ),
        ("{% set v = not not f %}{{ v }}{% set v = v %}{{ (0.1 if t else p) }}x", "True0.1x"),
        (
            "{{ z ~ p }}x",
            "0[{'name': 'Lamp', 'on': True, 'n': 2}, {'name': 'fan', 'on': False, 'n': 1}, {'name': 'Door', 'on': True, 'n': 0}]x"
        ),
        ("{{ '{}'.format([]) }} ", "[] "),
        (
            "{% for i in e %}{{ loop.index }}:{{ i }}{% endfor %}{% macro g(a, b=2) %}<{{ a }}{{ b }}>{% endmacro %}{{ g(s < w) }}{{ g(1, b=true < neg) }}",
            "<True2><1False>"
        ),
        ("{% set ns = namespace(k=0) %}{% for i in l %}{% set ns.k = ns.k + i %}{% endfor %}{{ ns.k }}", "6"),
        ("{{ (m.b).replace(\"o\",\"\") }}x", "twx"),
        (
            "{{ [1,2] or 7 }} {% for i in range(3) %}{% if loop.first %}{{ i }}{% endif %} {% endfor %}",
            "[1, 2] 0   "
        ),
        ("{% if e or t %}{{ m in p }}{% else %}{# c -#}  {{- (u) | round -}}  .{% endif %}", "False"),
        ("{% set q = [] %}{% for i in t %}{% set _ = q.append(i) %}{% endfor %}{{ q }}", "['b', 'A', 'c']"),
        ("{% set q = [] %}{% for i in t %}{% set _ = q.append(i) %}{% endfor %}{{ q }}", "['b', 'A', 'c']"),
        ("{{ (\"\" not in w if (f if n else m) else (t[1]).rstrip()) }}", "False"),
        ("{{ (t[1]).lstrip() }} ", "A "),
        ("{% for i in t %}{{ i }}{{ \", \" if not loop.last }}{% else %}none{% endfor %}", "b, A, c"),
        ("{# c -#}  {{- not -3 -}}  .", "False."),
        ("{{ (t[1]).startswith(\"He\") }}", "False"),
        ("{{ (p) is float }}", "False"),
        ("{{ ((\"a\") is number) is in [1,2] }} ", "False "),
        ("{% set ns = namespace(k=0) %}{% for i in l %}{% set ns.k = ns.k + i %}{% endfor %}{{ ns.k }}", "6"),
        (
            "{# c -#}  {{- (t[1]).endswith(\"d\") -}}  .{% for i in s[:3] %}{{ i }} {% endfor %}",
            "False.H e l "
        ),
        (
            "{% if (l) | sum %}{% set ns = namespace(k=0) %}{% for i in l %}{% set ns.k = ns.k + i %}{% endfor %}{{ ns.k }}{% endif %}",
            "6"
        ),
        ("{% set ns = namespace(k=0) %}{% for i in l %}{% set ns.k = ns.k + i %}{% endfor %}{{ ns.k }}", "6"),
        ("{{ (10) is mapping }} ", "False "),
        ("{% for i in s[:3] %}{% set q = i %}{{ q }} {% endfor %}", "H e l "),
        ("{% for i in p | map(attribute=\"n\") %}{% if loop.first %}{{ i }}{% endif %} {% endfor %}", "2   "),
        ("{{ (w and l)[1:] }}", "[1, 2]"),
        ("{% set ns = namespace(k=0) %}{% for i in l %}{% set ns.k = ns.k + i %}{% endfor %}{{ ns.k }}", "6"),
        (
            "{% set q = [] %}{% for i in t %}{% set _ = q.append(i) %}{% endfor %}{{ q }}{{ (p[0].name)[:2] }}",
            "['b', 'A', 'c']La"
        ),
        ("{{ (w) | count }}x", "4x"),
        (
            "{% if (u) is none %}{% for i in e %}{% if loop.first %}{{ i }}{% endif %}{{ -(none) }}{% endfor %}{% endif %}{{ (t) | sort }}x",
            "['A', 'b', 'c']x"
        ),
        (
            "{% set ns = namespace(k=0) %}{% for i in l %}{% set ns.k = ns.k + i %}{% endfor %}{{ ns.k }}{{ (w).title() }} ",
            "6Οδός "
        ),
        (
            "{% for i in e %}{{ i }}{% endfor %}{% for i in m %}{{ i }}{{ \", \" if not loop.last }}{{ f >= neg }}{% else %}none{% endfor %}",
            "a, TruebTrue"
        ),
        ("{{ ([\"a\",\"b\"]) | int }} ", "0 "),
        ("{% for i in m %}{% if loop.first %}{{ i }}{% endif %}{{ (p) is none }}{% endfor %}", "aFalseFalse"),
        (
            "{% set v = (e).lstrip() %}{{ v }}{% set v = v %}{% for i in [1,2,3] %}{{ i }}{{ \", \" if not loop.last }} {% else %}none{% endfor %}",
            "1,  2,  3 "
        ),
        ("{% set c %}{{ (n) is float }}!{% endset %}{{ c | upper }}", "FALSE!"),
        ("{% for i in s[:3] %}{% set q = i %}{{ q }}{% endfor %}", "Hel"),
        (
            "{% set c %}{{ (w) | map(\"string\") | list }}!{% endset %}{{ c | upper }}",
            "['Ο', 'Δ', 'Ό', 'Σ']!"
        ),
        ("{% for i in t %}{{ i }}{% endfor %}", "bAc"),
        ("{{ (m.b).upper() }}x", "TWOx"),
        (
            "{% for i in t %}{% set q = i %}{{ q }} {% endfor %}{% for i in range(3) %}{% set q = i %}{{ q }} {% endfor %}",
            "b A c 0 1 2 "
        ),
        ("{% set q = [] %}{% for i in t %}{% set _ = q.append(i) %}{% endfor %}{{ q }}", "['b', 'A', 'c']"),
        ("{% set v = (\"a\" or (1,2)) | unique | list %}{{ v }}{% set v = v %}", "['a']"),
        ("{% set c %}{{ (u if 0 else f) }}!{% endset %}{{ c | upper }}", "2.5!"),
        (
            "{% set v = (e).split() %}{{ v }}{% set v = v %}{% set ns = namespace(k=0) %}{% for i in l %}{% set ns.k = ns.k + i %}{% endfor %}{{ ns.k }}",
            "[]6"
        ),
        ("{{ -(neg) == (true if w else \"a\") }}", "False"),
        ("{% for i in p | map(attribute=\"n\") %}{% set q = i %}{{ q }}{% endfor %}{{ -(2.5) }}", "210-2.5"),
        (
            "{{ (s if z else 'x y') or u * 10 }}{% set ns = namespace(k=0) %}{% for i in l %}{% set ns.k = ns.k + i %}{% endfor %}{{ ns.k }}",
            "x y6"
        ),
        ("{% for i in l %}{{ i }}{{ 2.5 or u }}{% else %}none{% endfor %}", "32.512.522.5"),
        ("{{ (not \"a\") is number }} ", "True "),
        ("{% set q = [] %}{% for i in t %}{% set _ = q.append(i) %}{% endfor %}{{ q }}", "['b', 'A', 'c']"),
        (
            "{{ m.get(\"c\", 4) }}{% for i in p | map(attribute=\"n\") %}{{ i }}{{ \", \" if not loop.last }}{{ (s).replace(\"o\",\"\") }}{% else %}none{% endfor %}",
            "42, Hell wrld1, Hell wrld0Hell wrld"
        ),
        ("{% for i in m %}{{ i }}{{ \", \" if not loop.last }}{{ '{}'.format(7) }}{% endfor %}", "a, 7b7"),
        ("{{ (s and 0.1) | lower }}", "0.1"),
        ("{% set q = [] %}{% for i in t %}{% set _ = q.append(i) %}{% endfor %}{{ q }}", "['b', 'A', 'c']"),
        ("{{ (w) | int(5) }}x", "5x"),
        ("{% for i in [1,2,3] %}{% set q = i %}{{ q }} {% endfor %}", "1 2 3 "),
        (
            "{% for i in [1,2,3] %}{% set q = i %}{{ q }}{{ (t[1]).strip() }}{% else %}none{% endfor %}",
            "1A2A3A"
        ),
        ("{{ (w).capitalize() }} {{ (('x y') | default(\"d\", true)) | lower }} ", "Οδός x y "),
        (
            "{% for i in t %}{{ i }}{{ (m) | reverse | list }}{% else %}none{% endfor %}",
            "b['b', 'a']A['b', 'a']c['b', 'a']"
        ),
        ("{{ (t if on else f) }} ", "['b', 'A', 'c'] "),
        ("{{ (w).split() }} {% set v = (w).title() %}{{ v }}{% set v = v %}", "['ΟΔΌΣ'] Οδός"),
        (
            "{% macro g(a, b=2) %}<{{ a }}{{ b }}>{% endmacro %}{{ g((t) | join) }}{{ g(1, b=(neg) | default(\"d\")) }}",
            "<bAc2><1-7>"
        ),
        (
            "{{ -(off) }} {% for i in t %}{{ i }}{{ (s).capitalize() }}{% else %}none{% endfor %}",
            "0 bHello worldAHello worldcHello world"
        ),
        ("{% for i in l %}{{ i }}{{ \", \" if not loop.last }}{% else %}none{% endfor %}", "3, 1, 2"),
        ("{% set ns = namespace(k=0) %}{% for i in l %}{% set ns.k = ns.k + i %}{% endfor %}{{ ns.k }}", "6"),
        ("{% set v = m.a %}{{ v }}{% set v = v %}{{ (e).lower() }}x", "1x"),
        ("{% for i in e %}{{ loop.index }}:{{ i }}{% else %}none{% endfor %}", "none"),
        ("{{ m.get(\"a\") }}", "1"),
        ("{{ (on) is upper }} ", "False "),
        ("{% for i in p | map(attribute=\"n\") %}{{ loop.index }}:{{ i }} {% endfor %}", "1:2 2:1 3:0 "),
        ("{{ '{0}-{0}'.format([\"a\",\"b\"]) }}", "['a', 'b']-['a', 'b']"),
        ("{% if (m.b).replace(\"o\",\"\"): %}{{ m.get(\"c\", 4) }}{% endif %}", "4"),
        (
            "{{ (not p) is integer }}x{% set ns = namespace(k=0) %}{% for i in l %}{% set ns.k = ns.k + i %}{% endfor %}{{ ns.k }}",
            "Falsex6"
        ),
        (
            "{{ (t[1]).replace(\"o\",\"\") }} {% for i in m %}{{ i }}{{ \", \" if not loop.last }} {% endfor %}",
            "A a,  b "
        ),
        ("{% set c %}{{ (100 if \"a\" else nil) }}!{% endset %}{{ c | upper }}", "100!"),
        ("{% set c %}{{ (l)[1] }}!{% endset %}{{ c | upper }}", "1!"),
        ("{{ not (e).strip() }}x", "Truex"),
        (
            "{% set q = [] %}{% for i in t %}{% set _ = q.append(i) %}{% endfor %}{{ q }}{{ m.values() | list }}x",
            "['b', 'A', 'c'][1, 'two']x"
        ),
        ("{{ not m }}x", "Falsex"),
        ("{{ (1,2) or off }} ", "(1, 2) "),
        (
            "{% macro g(a, b=2) %}<{{ a }}{{ b }}>{% endmacro %}{{ g((p)[1]) }}{{ g(1, b=(7) | float) }}",
            "<{'name': 'fan', 'on': False, 'n': 1}2><17.0>"
        ),
        (
            "{% if ((1,2)) | default(\"d\", true): %}{% set c %}{{ not 0 }}!{% endset %}{{ c | upper }}{% endif %}{{ (p | first).n }}x",
            "TRUE!2x"
        ),
        ("{{ '{:d}'.format(true) }}x", "1x"),
        ("{{ p | sum(attribute=\"n\") }}", "3"),
        ("{% set ns = namespace(k=0) %}{% for i in l %}{% set ns.k = ns.k + i %}{% endfor %}{{ ns.k }}", "6"),
        ("{{ (s).upper() }} ", "HELLO WORLD "),
        ("{% set c %}{{ (w) | float }}!{% endset %}{{ c | upper }}", "0.0!"),
        ("{% set v = ((s).lstrip()) is none %}{{ v }}{% set v = v %}", "False"),
        ("{% for i in e %}{{ loop.index }}:{{ i }}{{ u * u }}{% else %}none{% endfor %}", "none"),
        ("{{ off == e }} ", "False "),
        (
            "{% macro g(a, b=2) %}<{{ a }}{{ b }}>{% endmacro %}{{ g((p) | upper) }}{{ g(1, b=(p) is true) }}{{ (w).startswith(\"He\") }}",
            "<[{'NAME': 'LAMP', 'ON': TRUE, 'N': 2}, {'NAME': 'FAN', 'ON': FALSE, 'N': 1}, {'NAME': 'DOOR', 'ON': TRUE, 'N': 0}]2><1False>False"
        ),
        (
            "{% set ns = namespace(k=0) %}{% for i in l %}{% set ns.k = ns.k + i %}{% endfor %}{{ ns.k }}{% for i in [1,2,3] %}{{ i }} {% endfor %}",
            "61 2 3 "
        ),
        (
            "{% for i in m %}{{ i }}{{ (s).replace(\"o\",\"\") }}{% else %}none{% endfor %}",
            "aHell wrldbHell wrld"
        ),
        (
            "{% for i in [1,2,3] %}{{ loop.index }}:{{ i }} {% endfor %}{% set v = ('{0}-{0}'.format(none)) | length %}{{ v }}{% set v = v %}",
            "1:1 2:2 3:3 9"
        ),
        ("{{ ((u) is none) | round }}{# c -#}  {{- '{:d}'.format(n) -}}  .", "03."),
        ("{% for i in s[:3] %}{{ i }}{{ \", \" if not loop.last }} {% endfor %}", "H,  e,  l "),
        ("{{ (\"\") | length }}x{{ (t[1]).strip(\"Hd\") in w == s }}", "0xFalse"),
        (
            "{% for i in p | map(attribute=\"n\") %}{% set q = i %}{{ q }}{% endfor %}{% for i in p | map(attribute=\"n\") %}{{ loop.index }}:{{ i }}{% endfor %}",
            "2101:22:13:0"
        ),
        ("{% set q = [] %}{% for i in t %}{% set _ = q.append(i) %}{% endfor %}{{ q }}", "['b', 'A', 'c']"),
        ("{{ (p | first).n }}{{ (nil if neg else 10) }}", "2None"),
        ("{{ m.keys() | list }}x", "['a', 'b']x"),
        (
            "{% macro g(a, b=2) %}<{{ a }}{{ b }}>{% endmacro %}{{ g((p)[0]) }}{{ g(1, b=(on) | capitalize) }}{{ (s).replace(\"o\",\"\") }}x",
            "<{'name': 'Lamp', 'on': True, 'n': 2}2><1True>Hell wrldx"
        ),
        ("{% set q = [] %}{% for i in t %}{% set _ = q.append(i) %}{% endfor %}{{ q }}", "['b', 'A', 'c']"),
        ("{% for i in l %}{{ i }}{{ (u) is string }}{% else %}none{% endfor %}", "3False1False2False"),
        ("{{ m == neg }} ", "False "),
        (
            "{% for i in [1,2,3] %}{% if loop.first %}{{ i }}{% endif %}{% else %}none{% endfor %}{% for i in s[:3] %}{{ loop.index }}:{{ i }}{% endfor %}",
            "11:H2:e3:l"
        ),
        (
            "{% set q = [] %}{% for i in t %}{% set _ = q.append(i) %}{% endfor %}{{ q }}{{ ((u) | default(\"d\") if (p) | join(\", \") else on // (1,2)) }} ",
            "['b', 'A', 'c']d "
        ),
        (
            "{{ p or nil }} ",
            "[{'name': 'Lamp', 'on': True, 'n': 2}, {'name': 'fan', 'on': False, 'n': 1}, {'name': 'Door', 'on': True, 'n': 0}] "
        ),
        ("{% for i in [1,2,3] %}{% set q = i %}{{ q }} {% endfor %}", "1 2 3 "),
        ("{% set q = [] %}{% for i in t %}{% set _ = q.append(i) %}{% endfor %}{{ q }}", "['b', 'A', 'c']"),
        ("{{ (neg) | float }}", "-7.0"),
        ("{{ m.get(\"a\") }} ", "1 "),
        (
            "{% if (l if {\"a\":1} else e): %}{% if off + 10 %}{{ not nil or (0.1 if u else l) }}{% else %}{{ '{:05.1f}'.format(e) }}{% endif %}{% endif %}",
            "True"
        ),
        ("{{ p | map(attribute=\"name\") | list }}x", "['Lamp', 'fan', 'Door']x"),
        (
            "{% if (nil) | capitalize %}{% for i in l %}{{ i }} {% else %}none{% endfor %}{% endif %}",
            "3 1 2 "
        ),
        ("{{ (m) | max }} ", "b "),
        ("{{ (m) | float }}", "0.0"),
        ("{{ not z }}x", "Truex"),
        ("{{ n or l }}x", "3x"),
        (
            "{% for i in range(3) %}{{ i }}{{ \", \" if not loop.last }}{{ p ~ w }}{% else %}none{% endfor %}",
            "0, [{'name': 'Lamp', 'on': True, 'n': 2}, {'name': 'fan', 'on': False, 'n': 1}, {'name': 'Door', 'on': True, 'n': 0}]ΟΔΌΣ1, [{'name': 'Lamp', 'on': True, 'n': 2}, {'name': 'fan', 'on': False, 'n': 1}, {'name': 'Door', 'on': True, 'n': 0}]ΟΔΌΣ2[{'name': 'Lamp', 'on': True, 'n': 2}, {'name': 'fan', 'on': False, 'n': 1}, {'name': 'Door', 'on': True, 'n': 0}]ΟΔΌΣ"
        ),
        ("{% for i in m %}{{ loop.index }}:{{ i }}{% endfor %}", "1:a2:b"),
        ("{% set v = ((m) | int) | int(5) %}{{ v }}{% set v = v %}{{ (e).rstrip() }} ", "0 "),
        ("{{ '{}'.format(s) }}x", "Hello worldx"),
        ("{{ m.get(\"c\") }} ", "None "),
        ("{{ ((w if e else \"\")) | map(\"string\") | list }}x", "[]x"),
        (
            "{{ (nil) | replace(\"l\",\"LL\",1) }}{% set c %}{{ (p | first).n }}!{% endset %}{{ c | upper }}",
            "None2!"
        ),
        (
            "{% for i in [1,2,3] %}{{ i }}{{ \", \" if not loop.last }}{{ 0 or p }}{% else %}none{% endfor %}{# c -#}  {{- (\"a\") | join -}}  .",
            "1, [{'name': 'Lamp', 'on': True, 'n': 2}, {'name': 'fan', 'on': False, 'n': 1}, {'name': 'Door', 'on': True, 'n': 0}]2, [{'name': 'Lamp', 'on': True, 'n': 2}, {'name': 'fan', 'on': False, 'n': 1}, {'name': 'Door', 'on': True, 'n': 0}]3[{'name': 'Lamp', 'on': True, 'n': 2}, {'name': 'fan', 'on': False, 'n': 1}, {'name': 'Door', 'on': True, 'n': 0}]a."
        ),
        ("{{ (w).rstrip() }} ", "ΟΔΌΣ "),
        ("{% for i in p | map(attribute=\"n\") %}{{ loop.index }}:{{ i }}{% endfor %}", "1:22:13:0"),
        (
            "{% set ns = namespace(k=0) %}{% for i in l %}{% set ns.k = ns.k + i %}{% endfor %}{{ ns.k }}{{ (m.b).startswith(\"He\") }}",
            "6False"
        ),
        (
            "{% for i in p | map(attribute=\"n\") %}{% set q = i %}{{ q }} {% else %}none{% endfor %}",
            "2 1 0 "
        ),
        ("{% for i in [1,2,3] %}{% set q = i %}{{ q }}{{ neg == m }}{% endfor %}", "1False2False3False"),
        ("{% for i in [1,2,3] %}{{ i }}{{ \", \" if not loop.last }}{{ -(off) }}{% endfor %}", "1, 02, 030"),
        ("{{ (none if z else w) }}", "ΟΔΌΣ"),
        ("{% for i in s[:3] %}{{ loop.index }}:{{ i }} {% else %}none{% endfor %}", "1:H 2:e 3:l "),
        ("{% if 0 - \"a\": %}{{ s - s }}{% endif %}", nil),
        ("{{ u + on }} ", nil),
        ("{# c -#}  {{- s >= 0 -}}  .", nil),
        ("{# c -#}  {{- (2)[1:2] -}}  .{{ t > false }}x", nil),
        ("{{ '{:3d}|'.format(u ~ nil) }}", nil),
        ("{{ e ** f }}", nil),
        ("{{ -(-(u)) }} ", nil),
        ("{{ p - t not in (on) | list }}{{ n + on }}", nil),
        ("{{ (u) is in [1,2] }}x", nil),
        ("{% set v = t and 2.5 == 7 % e %}{{ v }}{% set v = v %}", nil),
        ("{{ u - f ** m.a }}", nil),
        ("{% set c %}{{ 100 % w }}!{% endset %}{{ c | upper }}", nil),
        ("{% set v = ((10 if u else u))[1:] %}{{ v }}{% set v = v %}", nil),
        ("{{ ('{:05.1f}'.format(u))[1:] }}{{ m.get(\"a\") }} ", nil),
        ("{{ (u or u) | sort }} ", nil),
        ("{{ (u)[::-1] }}x", nil),
        ("{{ u / \"a\" or (10) | unique | list }} ", nil),
        ("{{ u ~ u }}", nil),
        ("{{ (u) | capitalize }} ", nil),
        ("{{ '{0:02d}'.format(p | map(attribute=\"name\") | list) }}", nil),
        ("{% set c %}{{ (n) | count }}!{% endset %}{{ c | upper }}", nil),
        ("{% set c %}{{ z <= (1,2) }}!{% endset %}{{ c | upper }}", nil),
        ("{# c -#}  {{- (u)[-2:] -}}  .", nil),
        ("{{ p ~ u }} ", nil),
        ("{{ u or 2.5 % (u) is even }} {{ s == n }} ", nil),
        ("{% set v = (s)[5] / (e) | length %}{{ v }}{% set v = v %}", nil),
        ("{{ u and e }} ", nil),
        ("{{ t == u != u not in \"a\" }}x", nil),
        ("{% set c %}{{ nil >= n }}!{% endset %}{{ c | upper }}", nil),
        ("{{ m.values() | list }} {{ u ~ w }}", nil),
    ]
}
