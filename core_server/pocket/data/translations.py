"""Names and colour words in German, French, Spanish, Chinese and Japanese, in correct grammar.

Words only. Where a noun's gender is not known it uses a wording that needs none.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping

LANGUAGES: tuple[str, ...] = ("de", "fr", "es", "zh", "ja")
_COMMON_TAG = 12  # a tag on more entries than this names a kind ("animal"), not a thing
_MOST_NAMES = 3

# One line a colour: German stem, French masculine and feminine, Spanish masculine and feminine,
# Chinese, Japanese (attributive).
_COLOURS: dict[str, tuple[str, str, str, str, str, str, str]] = {
    "red": ("rot", "rouge", "rouge", "rojo", "roja", "红色", "赤い"),
    "orange": ("orange", "orange", "orange", "naranja", "naranja", "橙色", "オレンジ色の"),
    "yellow": ("gelb", "jaune", "jaune", "amarillo", "amarilla", "黄色", "黄色い"),
    "green": ("grün", "vert", "verte", "verde", "verde", "绿色", "緑の"),
    "turquoise": (
        "türkis", "turquoise", "turquoise", "turquesa", "turquesa", "青绿色", "ターコイズ色の",
    ),
    "blue": ("blau", "bleu", "bleue", "azul", "azul", "蓝色", "青い"),
    "purple": ("lila", "violet", "violette", "morado", "morada", "紫色", "紫の"),
    "pink": ("rosa", "rose", "rose", "rosa", "rosa", "粉色", "ピンクの"),
    "brown": ("braun", "marron", "marron", "marrón", "marrón", "棕色", "茶色い"),
    "black": ("schwarz", "noir", "noire", "negro", "negra", "黑色", "黒い"),
    "gray": ("grau", "gris", "grise", "gris", "gris", "灰色", "灰色の"),
    "white": ("weiß", "blanc", "blanche", "blanco", "blanca", "白色", "白い"),
}  # fmt: skip
_GERMAN_FIXED = frozenset({"orange", "türkis", "lila", "rosa"})  # these take no ending
# Last parts of German nouns by gender; a compound has its last part's.
_GERMAN: dict[str, str] = {
    "er": "hund apfel baum stern mond bär löwe tiger wolf fuchs elefant vogel fisch frosch käfer "
    "pilz kuchen hut schuh stuhl tisch ball ballon drachen wagen bus zug roller traktor helikopter "
    "schirm regenschirm schlüssel hammer bleistift stift pinsel rucksack koffer schal mantel ring "
    "diamant kürbis pfirsich teddybär roboter drache hase esel affe panda pinguin papagei schwan "
    "hahn hai wal delfin krebs tintenfisch schmetterling kaktus umschlag würfel pullover",
    "e": "katze maus kuh ziege ente eule schlange schildkröte biene ameise spinne schnecke blume "
    "rose tulpe blüte birne banane zitrone orange kirsche erdbeere melone tomate karotte aubergine "
    "paprika gurke tasse kanne flasche brille hose jacke krone tasche lampe kerze glocke gitarre "
    "geige trompete trommel kamera uhr rakete eisenbahn lokomotive brücke burg kirche wolke sonne "
    "schere axt säge flagge fahne feder muschel traube ananas kiwi pizza torte kartoffel zwiebel "
    "krawatte socke sandale handtasche robbe giraffe taube qualle garnele",
    "es": "auto haus herz schwein pferd schaf huhn küken kaninchen kamel nashorn krokodil boot "
    "schiff fahrrad motorrad flugzeug taxi zelt schloss buch heft telefon radio klavier saxofon "
    "kleid hemd brot gesicht blatt kleeblatt feuer bett sofa schwert messer geschenk "
    "einhorn eichhörnchen zebra känguru ufo skateboard raumschiff",
}  # fmt: skip
_GENDERS: tuple[tuple[str, str], ...] = tuple(
    sorted(
        ((noun, ending) for ending, nouns in _GERMAN.items() for noun in nouns.split()),
        key=lambda pair: -len(pair[0]),
    )
)
_SPANISH_ODD = frozenset(
    {
        "mano", "mapa", "planeta", "cometa", "foto", "moto", "radio", "panda", "koala", "gorila",
        "pijama", "paraguas", "tranvía", "sofá", "día", "guardia", "turista", "artista", "puma",
    }
)  # fmt: skip
# Languages' names for what artists ask for most: emoji code point, then de, fr, es, zh, ja.
_EVERYDAY = """
1F431 Katze, Kätzchen; chat, chaton; gato, gatito; 猫, 小猫; 猫, ネコ
1F408 Katze; chat; gato; 猫; 猫, ネコ
1F436 Hund, Welpe; chien, chiot; perro, cachorro; 狗, 小狗; 犬, イヌ
1F415 Hund; chien; perro; 狗; 犬, イヌ
1F42D Maus; souris; ratón; 老鼠; ネズミ
1F430 Hase, Kaninchen; lapin; conejo; 兔子; うさぎ, ウサギ
1F98A Fuchs; renard; zorro; 狐狸; キツネ, 狐
1F43B Bär; ours; oso; 熊; 熊, クマ
1F43C Panda; panda; panda; 熊猫; パンダ
1F981 Löwe; lion; león; 狮子; ライオン
1F42F Tiger; tigre; tigre; 老虎; トラ, 虎
1F42E Kuh; vache; vaca; 牛, 奶牛; 牛
1F437 Schwein; cochon; cerdo; 猪; 豚
1F438 Frosch; grenouille; rana; 青蛙; カエル
1F435 Affe; singe; mono; 猴子; 猿, サル
1F414 Huhn; poule; gallina; 鸡; 鶏, ニワトリ
1F427 Pinguin; manchot; pingüino; 企鹅; ペンギン
1F426 Vogel; oiseau; pájaro; 鸟; 鳥
1F986 Ente; canard; pato; 鸭子; アヒル
1F989 Eule; hibou, chouette; búho; 猫头鹰; フクロウ
1F434 Pferd; cheval; caballo; 马; 馬
1F984 Einhorn; licorne; unicornio; 独角兽; ユニコーン
1F41D Biene; abeille; abeja; 蜜蜂; ハチ, 蜂
1F98B Schmetterling; papillon; mariposa; 蝴蝶; 蝶, チョウ
1F422 Schildkröte; tortue; tortuga; 乌龟; カメ, 亀
1F40D Schlange; serpent; serpiente; 蛇; ヘビ, 蛇
1F409 Drache; dragon; dragón; 龙; ドラゴン, 龍
1F419 Tintenfisch, Krake; pieuvre; pulpo; 章鱼; タコ
1F41F Fisch; poisson; pez; 鱼; 魚
1F42C Delfin; dauphin; delfín; 海豚; イルカ
1F433 Wal; baleine; ballena; 鲸鱼; クジラ
1F418 Elefant; éléphant; elefante; 大象; 象, ゾウ
1F992 Giraffe; girafe; jirafa; 长颈鹿; キリン
1F34E Apfel, roter Apfel; pomme, pomme rouge; manzana, manzana roja; 苹果, 红苹果; りんご
1F34F grüner Apfel; pomme verte; manzana verde; 青苹果; 青りんご
1F34C Banane; banane; plátano; 香蕉; バナナ
1F353 Erdbeere; fraise; fresa; 草莓; いちご
1F355 Pizza; pizza; pizza; 披萨; ピザ
1F354 Hamburger, Burger; hamburger; hamburguesa; 汉堡; ハンバーガー
1F382 Geburtstagstorte; gâteau d'anniversaire; tarta de cumpleaños; 生日蛋糕; 誕生日ケーキ, ケーキ
1F35E Brot; pain; pan; 面包; パン
2615 Tasse Kaffee, Kaffee; tasse de café, café; taza de café, café; 咖啡, 一杯咖啡; コーヒー
1F339 Rose; rose; rosa; 玫瑰; バラ
1F33B Sonnenblume; tournesol; girasol; 向日葵; ひまわり
1F337 Tulpe; tulipe; tulipán; 郁金香; チューリップ
1F338 Kirschblüte, Blüte; fleur de cerisier, fleur; flor de cerezo, flor; 樱花, 花; 桜, 花
1F333 Baum; arbre; árbol; 树; 木
1F332 Tannenbaum, Nadelbaum; sapin; abeto, pino; 松树; もみの木
1F344 Pilz; champignon; seta; 蘑菇; きのこ
1F30D Erde; terre; tierra; 地球; 地球
2600 Sonne; soleil; sol; 太阳; 太陽
1F319 Mond, Mondsichel; lune, croissant de lune; luna; 月亮; 月, 三日月
2B50 Stern; étoile; estrella; 星星; 星
2601 Wolke; nuage; nube; 云; 雲
1F308 Regenbogen; arc-en-ciel; arcoíris; 彩虹; 虹
1F525 Feuer; feu; fuego; 火; 火, 炎
1F4A7 Tropfen, Wassertropfen; goutte d'eau; gota de agua; 水滴; しずく
2744 Schneeflocke; flocon de neige; copo de nieve; 雪花; 雪の結晶
26C4 Schneemann; bonhomme de neige; muñeco de nieve; 雪人; 雪だるま
2764 rotes Herz, Herz; cœur rouge, cœur; corazón rojo, corazón; 红心, 心; 赤いハート, ハート
1F600 grinsendes Gesicht, Smiley; visage souriant; cara sonriente; 笑脸; 笑顔
1F47B Gespenst, Geist; fantôme; fantasma; 鬼, 幽灵; お化け, 幽霊
1F916 Roboter; robot; robot; 机器人; ロボット
1F697 Auto; voiture; coche; 汽车; 車, 自動車
1F6B2 Fahrrad; vélo; bicicleta; 自行车; 自転車
1F68C Bus; bus, autobus; autobús; 公交车; バス
1F680 Rakete; fusée; cohete; 火箭; ロケット
26F5 Segelboot; voilier; velero; 帆船; ヨット
1F6A2 Schiff; navire, bateau; barco; 船; 船
1F682 Lokomotive, Dampflok; locomotive; locomotora; 火车; 機関車
1F3E0 Haus; maison; casa; 房子; 家
1F3F0 Burg, Schloss; château; castillo; 城堡; 城
1F451 Krone; couronne; corona; 皇冠; 王冠
1F511 Schlüssel; clé; llave; 钥匙; 鍵
1F3B8 Gitarre; guitare; guitarra; 吉他; ギター
1F4D6 aufgeschlagenes Buch, Buch; livre ouvert, livre; libro abierto, libro; 书; 本
1F528 Hammer; marteau; martillo; 锤子; ハンマー
2702 Schere; ciseaux; tijeras; 剪刀; はさみ
1F4A1 Glühbirne; ampoule; bombilla; 灯泡; 電球
1F388 Luftballon; ballon; globo; 气球; 風船
1F381 Geschenk; cadeau; regalo; 礼物; プレゼント
1F452 Hut; chapeau; sombrero; 帽子; 帽子
1F457 Kleid; robe; vestido; 连衣裙; ドレス
1F460 Stöckelschuh; chaussure à talon; zapato de tacón; 高跟鞋; ハイヒール
2602 Regenschirm; parapluie; paraguas; 雨伞; 傘
1F393 Doktorhut; toque universitaire; birrete; 学士帽; 角帽
"""


def translate(languages: Mapping[str, bytes]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Emoji code point → language → names, plainest first, from emojibase's `data.json` files.

    A name is an everyday one of ours, else the label, then those of its tags that the label holds.
    Raises KeyError or ValueError when a file is not of the pinned version's form.
    """
    everyday = _everyday()
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for language, content in languages.items():
        entries = json.loads(content)
        commonness = Counter(tag for entry in entries for tag in entry.get("tags", ()))
        for entry in entries:
            tags = [tag for tag in entry.get("tags", ()) if commonness[tag] <= _COMMON_TAG]
            code = entry["hexcode"].removesuffix("-FE0F")
            names = everyday.get(code, {}).get(language) or _names(entry["label"], tags, language)
            found.setdefault(entry["hexcode"], {})[language] = names
    return found


def coloured(language: str, colour: str, name: str) -> str:
    """`name` with the English colour word `colour` said in `language`.

    The colour agrees with the noun where its gender is known ("rote Katze", "casa roja"); where
    not, the wording needs no agreement ("Gabel in Rot", "fourchette de couleur verte").
    """
    german, fr_he, fr_she, es_he, es_she, chinese, japanese = _COLOURS[colour]
    if language == "de":
        return _german(name, german)
    if language == "fr":
        is_safe = fr_he == fr_she and " " not in name and not name.endswith(("s", "x"))
        return f"{name} {fr_he}" if is_safe else f"{name} de couleur {fr_she}"
    if language == "es":
        if " " in name or name in _SPANISH_ODD or name[-1] not in "oa":
            return f"{name} de color {es_he}"
        return f"{name} {es_he if name.endswith('o') else es_she}"
    return f"{chinese}的{name}" if language == "zh" else f"{japanese}{name}"


def on_background(language: str, phrase: str, colour: str) -> str:
    """`phrase` with the flat background's colour named in `language`."""
    german, french, _, spanish, _, chinese, japanese = _COLOURS[colour]
    if language == "de":
        return f"{phrase} auf {german if german in _GERMAN_FIXED else f'{german}em'} Hintergrund"
    return {
        "fr": f"{phrase} sur fond {french}",
        "es": f"{phrase} sobre fondo {spanish}",
        "zh": f"{phrase}，{chinese}背景",
        "ja": f"{phrase}、{japanese}背景",
    }[language]


def colour_words(language: str) -> dict[str, str]:
    """Every form of the colours in a language, and the English word it means."""
    found: dict[str, str] = {}
    for english, forms in _COLOURS.items():
        german, fr_he, fr_she, es_he, es_she, chinese, japanese = forms
        endings = ("",) if german in _GERMAN_FIXED else ("", "e", "er", "es", "en", "em")
        said = {
            "de": [german + ending for ending in endings],
            "fr": [form + end for form in (fr_he, fr_she) for end in ("", "s")],
            "es": [form + end for form in (es_he, es_she) for end in ("", "s", "es")],
            "zh": [chinese, chinese.removesuffix("色")],
            "ja": [japanese, japanese.rstrip("のい"), japanese.removesuffix("色の")],
        }[language]
        found |= {word.casefold(): english for word in said if word}
    return found


def names_colour(language: str, name: str) -> bool:
    """Whether `name` holds a colour word of `language` already."""
    columns = {"de": (0,), "fr": (1, 2), "es": (3, 4), "zh": (5,), "ja": (6,)}[language]
    words = {words[column] for words in _COLOURS.values() for column in columns}
    if language in {"zh", "ja"}:
        return any(character in name for word in words for character in word[:1])
    return any(re.search(rf"\b{word}", name.lower()) for word in words)


def _german(name: str, colour: str) -> str:
    for noun, ending in _GENDERS:
        if " " not in name and name.lower().endswith(noun):
            return f"{colour if colour in _GERMAN_FIXED else colour + ending} {name}"
    return f"{name} in {colour.capitalize()}"


def _everyday() -> dict[str, dict[str, tuple[str, ...]]]:
    table: dict[str, dict[str, tuple[str, ...]]] = {}
    for line in _EVERYDAY.strip().splitlines():
        code, _, rest = line.partition(" ")
        lists = [tuple(name.strip() for name in part.split(",")) for part in rest.split(";")]
        table[code] = dict(zip(LANGUAGES, lists, strict=True))
    return table


def _names(label: str, tags: list[str], language: str) -> tuple[str, ...]:
    if re.search("[:：]", label):  # a list of features ("Mann: rotes Haar") is no name
        return ()
    # "Künstler(in)" is a pair of words, of which the first is one.
    plain = re.sub(r"\s*[(（].*?[)）]", "", label).replace("’", "'").strip()
    least = 2 if language in {"zh", "ja"} else 4
    inner = [tag for tag in tags if len(tag) >= least and _is_noun_in(tag, plain, language)]
    names = [plain, *(tag.capitalize() if language == "de" else tag for tag in inner)]
    return tuple(dict.fromkeys(names))[:_MOST_NAMES]


def _is_noun_in(tag: str, label: str, language: str) -> bool:
    whole = label.lower()
    if language in {"zh", "ja"}:
        return label.endswith(tag) and tag != label  # what comes last is the thing itself
    if language == "de":  # a noun starts or ends a compound: "Katze" in "Katzengesicht"
        return " " not in whole and " " not in tag and whole.startswith(tag) and tag != whole
    return tag in whole.split() and whole.split()[0] != "visage" and tag == whole.split()[-1]
