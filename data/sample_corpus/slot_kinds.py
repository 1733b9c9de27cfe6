"""Kinds of names, numbers and words that fill the slots of a pattern, split into training and held-out values."""

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_SALT = 1873  # chosen so that about a fifth of small ranges of numbers is held out too


@dataclass(frozen=True, slots=True)
class SlotKind:
    """A distribution of slot values, with a split into training and held-out values.

    A value is a core in a form: core `松溪`, form `{}图书馆`. The split depends only on the core, so a held-out place
    name or number is held out in every form.

    Args:
        draw: `draw(rng)` returns a core.
        form: Format string for the core.
        shared: Whether the values are ordinary words, which training and held-out passages may share.

    Example:
        >>> library = SlotKind(lambda rng: rng.choice(["松溪", "云屏"]), "{}图书馆")
        >>> library.form.format(library.draw(random.Random(0)))
        '云屏图书馆'
    """

    draw: Callable[[random.Random], str]
    form: str = "{}"
    shared: bool = False

    def core(self, rng: random.Random, held_out: bool) -> str:
        """Draws a core of one side of the split."""
        while True:
            core = self.draw(rng)
            if self.shared or is_held_out(core) == held_out:
                return core


def is_held_out(core: str) -> bool:
    """Returns whether a core belongs to the fifth of all names, numbers and places that never occurs in training."""
    digest = hashlib.blake2b(f"{_SALT}/{core}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") % 5 == 0


PLACE = ("青白清金新安永平和丰瑞松柳梅竹桐榆枫荷星月云石龙凤", "川溪岭塘浦泽屏湾桥泉潭渡坪岩岗湖江源沙林")
BRAND = ("云飞蓝晨光远北银灵海木小天朝雪火风米乐麦", "雀帆鲸鹿岚舟禾途图峰鸢狐灯叶贝象翼果泉花")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余"
GIVEN = "明华丽芳静敏强磊洋艳勇军杰娟涛超霞平刚英文辉玲建国志雨欣梓涵思远若楠嘉宁诗琪子墨晓彤俊雅婷海峰"
WORK = (
    "远方 夏夜 故乡 雨后 灯下 山中 海边 雪地 清晨 旧城 南方 河畔 屋顶 午后 春天 深秋 月光 黄昏 风中 云端 窗外 路上",
    "来信 河流 歌声 钟声 脚步 孩子 铁匠 花园 邮差 灯塔 鲸鱼 橘子 琴声 影子 火车 石桥 白马 桂花 木船 风筝 渔夫 星星",
)
TOPIC = (
    "家庭 校园 城市 古代 现代 海洋 乡村 传统 冬季 儿童 江南 海外",
    "园艺 摄影 急救 建筑 饮食 服饰 音乐 天文 节水 阅读 理财 防火 植物 手工 礼仪 交通",
)
DISH = (
    "酸汤 麻辣 红烧 清蒸 葱油 椒盐 糖醋 蒜香 香煎 番茄 咖喱 黑椒 炭烤 酱香",
    "牛肉 鲈鱼 排骨 豆腐 土豆 茄子 虾仁 鸡翅 羊肉 莲藕 香菇 鸭腿 年糕 花蛤",
)


def _joined(parts: tuple[str, str]) -> Callable[[random.Random], str]:
    """Returns a function that joins a random character of the first part and one of the second (words if spaced)."""
    first, second = (part.split() if " " in part else list(part) for part in parts)
    return lambda rng: rng.choice(first) + rng.choice(second)


def _person(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice((1, 2, 2))))


def _work(rng: random.Random) -> str:
    return "的".join(rng.choice(part.split()) for part in WORK)


def _place(form: str) -> SlotKind:
    return SlotKind(_joined(PLACE), form)


def _brand(form: str) -> SlotKind:
    return SlotKind(_joined(BRAND), form)


def _number(low: int, high: int, *, form: str, step: int = 1) -> SlotKind:
    return SlotKind(lambda rng: str(rng.randrange(low, high + 1, step)), form)


def _decimal(low: int, high: int, *, form: str) -> SlotKind:
    return SlotKind(lambda rng: f"{rng.randint(low, high)}.{rng.randint(1, 9)}", form)


def _date(months: Sequence[int], days: Sequence[int] = range(1, 29)) -> SlotKind:
    return SlotKind(lambda rng: f"{rng.choice(months)}月{rng.choice(days)}日")


def _time(first: int, last: int, *, form: str, step: int = 5) -> SlotKind:
    return SlotKind(lambda rng: f"{rng.randint(first, last)}:{rng.randrange(0, 60, step):02}", form)


def _score(low: int, high: int, *, gap: int) -> SlotKind:
    def draw(rng: random.Random) -> str:
        loser = rng.randint(low, high)
        return f"{loser + rng.randint(1, gap)}比{loser}"

    return SlotKind(draw)


def _words(words: str) -> SlotKind:
    choices = words.split()
    return SlotKind(lambda rng: rng.choice(choices), shared=True)


KINDS = {
    "date": _date(range(1, 13)),
    "early": _date(range(2, 6)),
    "late": _date(range(7, 12)),
    "summer": _date(range(6, 10), range(1, 13)),
    "vacation": _date((7, 8)),
    "autumn": _date(range(10, 13)),
    "winter": _date((11, 12, 1)),
    "open_date": _date(range(1, 13), range(1, 13)),
    "exam_date": _date((1, 6, 7), range(1, 13)),
    "day": _number(14, 28, form="{}日"),
    "first_day": _number(2, 13, form="{}日"),
    "end_date": _date(range(1, 13), range(15, 29)),
    "dawn": _time(4, 6, form="清晨{}"),
    "breakfast": _time(6, 8, form="早上{}"),
    "morning": _time(6, 11, form="上午{}"),
    "afternoon": _time(1, 5, form="下午{}"),
    "evening": _time(6, 9, form="晚上{}"),
    "clock": _time(6, 22, form="{}", step=1),
    "noon": _time(11, 12, form="{}"),
    "year": _number(1950, 2015, form="{}年"),
    "since": _number(1965, 1989, form="{}年"),
    "past": _number(1908, 1978, form="{}年"),
    "person": SlotKind(_person),
    "city": _place("{}市"),
    "county": _place("{}县"),
    "district": _place("{}区"),
    "town": _place("{}镇"),
    "village": _place("{}村"),
    "road": _place("{}路"),
    "street": _place("{}街"),
    "community": _place("{}小区"),
    "park": _place("{}公园"),
    "mountain": _place("{}山"),
    "lake": _place("{}湖"),
    "river": _place("{}河"),
    "island": _place("{}岛"),
    "oldtown": _place("{}古镇"),
    "station": _place("{}站"),
    "library": _place("{}图书馆"),
    "museum": _place("{}博物馆"),
    "gallery": _place("{}美术馆"),
    "gym": _place("{}体育馆"),
    "stadium": _place("{}体育场"),
    "theatre": _place("{}剧院"),
    "school": _place("{}中学"),
    "primary": _place("{}小学"),
    "university": _place("{}大学"),
    "culture": _place("{}文化馆"),
    "hotel": _brand("{}酒店"),
    "inn": _brand("{}民宿"),
    "noodle": _brand("{}面馆"),
    "diner": _brand("{}餐厅"),
    "teahouse": _brand("{}茶馆"),
    "bakery": _brand("{}面包店"),
    "company": _brand("{}公司"),
    "brand": _brand("{}"),
    "team": _brand("{}队"),
    "band": _brand("{}乐队"),
    "work": SlotKind(_work, "《{}》"),
    "topic": SlotKind(_joined(TOPIC), "“{}”"),
    "dish": SlotKind(_joined(DISH)),
    "soup": SlotKind(_joined(DISH), "{}面"),
    "train": SlotKind(lambda rng: rng.choice("GDCK") + str(rng.randint(101, 9899)), "{}次"),
    "model": SlotKind(lambda rng: rng.choice("ABKMSX") + str(rng.randint(10, 99))),
    "bus": _number(3, 398, form="{}路"),
    "hall": SlotKind(lambda rng: rng.choice("ABCD") + str(rng.randint(1, 12)), "{}厅"),
    "room": _number(101, 619, form="{}室"),
    "platform": _number(1, 28, form="{}站台"),
    "phone": _number(50000, 99999, form="{}"),
    "retail": _number(490, 990, form="{}元", step=5),
    "fee": _number(60, 480, form="{}元", step=5),
    "price": _number(990, 6990, form="{}元", step=10),
    "deposit": _number(50, 300, form="{}元", step=10),
    "hot": _number(24, 39, form="{}℃"),
    "scorch": _decimal(35, 40, form="{}℃"),
    "cold": _number(2, 19, form="{}℃"),
    "rain": _number(12, 180, form="{}毫米"),
    "snow": _number(3, 45, form="{}厘米"),
    "visibility": _number(50, 900, form="{}米", step=10),
    "km": _number(60, 960, form="{}公里"),
    "rail": _number(130, 480, form="{}公里"),
    "drive": _number(320, 960, form="{}公里", step=5),
    "near": _number(6, 98, form="{}公里"),
    "walk": _number(8, 36, form="{}公里"),
    "mileage": _decimal(1, 9, form="{}万公里"),
    "speed": _number(160, 350, form="{}公里", step=5),
    "height": _number(320, 4800, form="{}米"),
    "length": _number(60, 980, form="{}米"),
    "minutes": _number(8, 95, form="{}分钟"),
    "short": _number(5, 45, form="{}分钟"),
    "long": _number(62, 186, form="{}分钟"),
    "trip": _number(5, 36, form="{}小时"),
    "hours": _number(5, 60, form="{}小时"),
    "nights": _number(3, 18, form="{}天"),
    "days": _number(3, 60, form="{}天"),
    "few_years": _number(2, 13, form="{}年"),
    "years": _number(3, 45, form="{}年"),
    "months": _number(6, 36, form="{}个月"),
    "people": _number(120, 980, form="{}人"),
    "group": _number(30, 260, form="{}人"),
    "few": _number(10, 60, form="{}人"),
    "hold": _number(1200, 9800, form="{}人", step=50),
    "crowd": _number(1200, 48000, form="{}人", step=50),
    "households": _number(60, 2400, form="{}户"),
    "copies": _number(3, 98, form="{}万册"),
    "books": _number(4, 40, form="{}本"),
    "many": _number(80, 460, form="{}本"),
    "volumes": _number(60, 980, form="{}册"),
    "works": _number(30, 260, form="{}件"),
    "photos": _number(30, 260, form="{}张"),
    "batch": _number(1200, 48000, form="{}件", step=50),
    "pieces": _number(30, 980, form="{}件"),
    "kinds": _number(12, 260, form="{}种"),
    "stops": _number(6, 42, form="{}站"),
    "coins": _number(3, 58, form="{}元"),
    "fare": _number(2, 19, form="{}元"),
    "chairs": _number(24, 180, form="{}个座位"),
    "seats": _number(60, 960, form="{}个座位"),
    "cabins": _number(4, 36, form="{}间"),
    "rooms": _number(12, 380, form="{}间"),
    "area": _number(120, 9800, form="{}平方米", step=10),
    "youth": _number(16, 34, form="{}岁"),
    "adult": _number(25, 64, form="{}岁"),
    "elder": _number(61, 94, form="{}岁"),
    "points": _number(11, 48, form="{}分"),
    "weight": _number(140, 290, form="{}克"),
    "load": _decimal(5, 14, form="{}公斤"),
    "kilos": _decimal(2, 5, form="{}公斤"),
    "litres": _number(20, 96, form="{}升"),
    "metres": _decimal(2, 8, form="{}米"),
    "seconds": _decimal(49, 88, form="{}秒"),
    "sprint": _decimal(10, 15, form="{}秒"),
    "inches": _decimal(5, 7, form="{}英寸"),
    "wide_score": _score(58, 99, gap=18),
    "goals": _score(0, 4, gap=3),
    "lessons": _number(6, 48, form="{}节"),
    "times": _number(60, 980, form="{}次"),
    "games": _number(8, 36, form="{}场"),
    "shows": _number(5, 60, form="{}场"),
    "rounds": _number(6, 24, form="{}趟"),
    "songs": _number(12, 40, form="{}首"),
    "tickets": _number(120, 980, form="{}张"),
    "transfer": _number(60, 980, form="{}万元"),
    "shirt": _number(4, 99, form="{}号"),
    "prize": _number(2, 60, form="{}万元"),
    "salary": _number(4000, 9800, form="{}元", step=50),
    "vase": _number(18, 70, form="{}厘米"),
    "cars": _number(20, 260, form="{}辆"),
    "slots": _number(30, 480, form="{}个"),
    "stalls": _number(30, 480, form="{}个"),
    "trees": _number(60, 980, form="{}棵"),
    "doses": _number(300, 3900, form="{}支", step=10),
    "grams": _decimal(3, 9, form="{}克"),
    "bridges": _number(4, 36, form="{}座"),
    "tower": _decimal(18, 60, form="{}米"),
    "bowls": _number(80, 480, form="{}碗"),
    "courses": _number(8, 24, form="{}道菜"),
    "portions": _number(30, 380, form="{}份"),
    "heads": _number(12, 180, form="{}只"),
    "fires": _number(4, 40, form="{}起"),
    "acres": _number(12, 260, form="{}亩"),
    "pots": _number(800, 9800, form="{}盆", step=20),
    "sky": _words("多云 晴 阴 小雨 中雨 阵雨 雷阵雨 小雪"),
    "wind": _words("东风 南风 西风 北风 东北风 东南风 西北风 西南风"),
    "level": _words("二级 三级 四级 五级 六级"),
    "colour": _words("红色 蓝色 白色 黑色 绿色 灰色 银色 紫色 黄色 粉色"),
    "alert": _words("蓝色 黄色 橙色 红色"),
    "weekday": _words("周一 周二 周三 周四 周五 周六 周日"),
    "floor": _words("一楼 二楼 三楼 四楼 五楼 六楼"),
    "art": _words("水彩画 油画 版画 书法 陶瓷 木雕 剪纸 刺绣 摄影 漆器"),
    "skill": _words("书法 游泳 吉他 围棋 烘焙 摄影 瑜伽 剪纸 陶艺 素描 钢琴 舞蹈"),
    "gadget": _words("耳机 台灯 电饭煲 音箱 吹风机 吸尘器 手表 加湿器 电风扇 空气炸锅"),
    "material": _words("铝合金 竹纤维 不锈钢 橡木 陶瓷 塑料"),
    "cloth": _words("尼龙 帆布 皮革 亚麻 牛津布 羊毛"),
    "snack": _words("米糕 豆腐 腊肉 鱼丸 米酒 麻花 酱鸭 粽子"),
    "bird": _words("白鹭 野鸭 天鹅 黑鹳 大雁 灰鹤"),
    "crop": _words("茶叶 苹果 水稻 柑橘 葡萄 竹笋 蜂蜜 草莓 板栗 莲子"),
    "fauna": _words("松鼠 猕猴 梅花鹿 锦鸡 野兔 山羊 羚羊"),
    "flower": _words("樱花 海棠 牡丹 杜鹃花 郁金香 月季"),
    "reason": _words("设备检修 线路改造 大雾 暴雨 大雪 信号故障"),
    "cause": _words("管道抢修 道路施工 设备检修 线路改造 水箱清洗 阀门更换"),
    "swim": _words("蛙泳 自由泳 仰泳 蝶泳"),
    "subject": _words("物理系 历史系 中文系 化学系 生物系 地理系 建筑系 哲学系"),
    "goods": _words("背包 书包 手提包 行李箱 帆布包 公文包"),
    "instrument": _words("小提琴 大提琴 钢琴 古筝 二胡 长笛 琵琶 单簧管"),
}
