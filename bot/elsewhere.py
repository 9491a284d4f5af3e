"""What is not this library's business, and what is said instead: other offices, other topics, small talk."""

from __future__ import annotations

import re
from dataclasses import dataclass

EXAMPLE = "失业金能领几个月"
"""A question that the library answers, to show how to ask."""

ABOUT = "本系统只回答人社窗口的业务：养老、失业、工伤保险，社保卡，对账结算和系统故障，每句话都引自资料库。"
ONLY_NUMBERS = f"问题里只有号码，没有要问的事；这里不查个人记录。请写一句话，例如：{EXAMPLE}。"
NOTHING_WITHOUT_SOURCE = "本系统只引用资料库里有出处的内容，不估算，也不编造数字和文号。"
OUT_OF_SCOPE = f"这件事不在资料库的范围里。{ABOUT}"
GENERAL_DOOR = "12345"
"""The line that passes a caller on to the right office; articles/faq/hotlines.md."""


@dataclass(frozen=True, slots=True)
class Office:
    """Who is in charge of other business.

    `topics` are the words that name it; they stand in our own questions as well (户口, 医保). `matters` are
    wordings of its own business that nobody uses for ours. `way` is how to reach it; a number only where
    articles/faq/hotlines.md gives it.
    """

    name: str
    topics: re.Pattern[str]
    matters: re.Pattern[str]
    way: str

    @property
    def message(self) -> str:
        """Tells the counter where to send the customer."""
        return f"这件事归{self.name}管，不在人社窗口办，{self.way}。"

    @property
    def hint(self) -> str:
        """The same where the question may as well be ours."""
        return (
            f"资料库里没有找到可以直接回答的内容。如果问的是归{self.name}管的事，{self.way}；"
            "如果是人社业务，请看下面最接近的文章，或把问题提交到问题库。"
        )


@dataclass(frozen=True, slots=True)
class Talk:
    """What people say that is no question to a library.

    `anything`: it is refused whatever it is about (帮我写一份辞职报告).
    """

    pattern: re.Pattern[str]
    message: str
    anything: bool = False


_NOTHING = "(?!)"


def _office(name: str, topics: str, matters: str, way: str = f"请打{GENERAL_DOOR}转办") -> Office:
    """`topics` and `matters` are expressions with a blank between them."""
    named, worded = (text.replace(" ", "|") or _NOTHING for text in (topics, matters))
    return Office(name, re.compile(named), re.compile(worded), way)


OFFICES: tuple[Office, ...] = (
    _office(
        "医疗保障局",
        "医保 医疗保险 生育保险 生育津贴 异地就医 长护险 长期护理保险",
        "新农合 (?:住院|门诊|看病|生孩子).{0,4}报销 医保.{0,2}(?:目录|定点|药店) 大病保险",
        "请打12393问",
    ),
    _office(
        "住房公积金管理中心",
        "公积金 共积金",
        "公积金.{0,4}(?:提取|怎么[取提]|能取|贷款|余额|电话) (?:提取|取|查|转移).{0,2}公积金",
    ),
    _office(
        "税务局",
        "个税 个人所得税 完税证明 发票",
        "个税.{0,4}(?:退|申报|app) 增值税 契税 车船税 企业所得税 印花税 房产税 购置税 专项附加扣除 汇算清缴",
        "请打12366问",
    ),
    _office(
        "公安部门（户籍）",
        "户口 落户 户籍 无犯罪",
        "户口迁移 迁户口去哪 落户(?:条件|政策|手续) 上户口 分户口 居住证 "
        "身份证.{0,3}(?:丢|掉|遗失|补办|补领|重办|过期|到期|几天能|在?哪里?办|怎么办$)",
    ),
    _office(
        "公安部门（出入境）",
        "护照",
        "护照.{0,4}(?:几天|多久|怎么办|在?哪里?办|过期|到期|丢|补办|多少钱) (?:办|补办|换|申请).{0,3}护照 通行证 签证",
    ),
    _office(
        "公安部门（交通管理）",
        "车祸处理",
        "驾照 驾驶证 行驶证 驾校 违章 电子眼 科目[一二三四] 车辆?年检 年检.{0,4}车 车子?.{0,2}年[检审] 车牌 "
        "(?:车|电动车|电瓶车|摩托车).{0,2}上牌",
    ),
    _office(
        "民政部门",
        "低保 结婚 离婚 婚姻 特困 高龄津贴 临时救助 养老院 敬老院 火化 殡仪馆",
        "(?:结|离)婚证 (?:结|离)婚登记 婚姻登记 低保.{0,2}(?:怎么|如何|在哪|去哪|哪里).{0,2}(?:办|申请) "
        "(?:申请|办)低保 (?:养老|敬老)院.{0,6}(?:多少钱|哪家|收费|入住) 公墓 收养(?:小孩|孩子|登记)",
    ),
    _office(
        "教育部门",
        "小学 初中 幼儿园 学费",
        "(?:上|读|报)(?:小学|初中|高中|幼儿园) 上学.{0,4}报名 报名.{0,4}上学 幼升小 小升初 学区 转学 学籍 中考 高考 教师资格",
    ),
    _office(
        "市场监管部门",
        "营业执照 消费维权",
        "营业执照.{0,2}(?:怎么|如何|在哪|去哪|哪里).{0,2}(?:办|申请|领|补|注销) (?:办|补办|申请|注销)(?:一?[张个])?营业执照 "
        "执照.{0,2}(?:去|在|到)哪 工商注册 注册(?:一?[家个])?公司 食品经营许可 商标 假货 退货 三包",
    ),
    _office(
        "自然资源部门（不动产登记）", "", "不动产 房产证 房产过户 房子过户 宅基地 土地证 产权证"
    ),
    _office(
        "卫生健康部门",
        "",
        "疫苗 挂号 健康证 准生证 生育登记 出生证明",
    ),
    _office("交通运输部门", "出租车", "公交卡 公交车 营运证 道路运输证 网约车证 货运资格"),
    _office(
        "残疾人联合会",
        "残疾证 残疾人证 残疾人?补贴",
        "(?:办|补办|申请|领).{0,2}残疾人?证 残疾人?证.{0,2}(?:怎么|如何|在哪|去哪|哪里).{0,2}(?:办|申请|领)",
    ),
    _office("退役军人事务部门", "优抚 优待金 退(?:役|伍)军?人?安置", "优待证"),
    _office("司法部门", "打官司 公证 请律师", "法律援助"),
    _office(
        "办理这笔业务的银行或平台",
        "理财 定期存款 贷款 提现",
        "房贷 车贷 信用卡 网贷 借呗 花呗 微粒贷 网商贷 (?:零钱|支付宝|微信).{0,3}提现",
        "请直接问它的客服",
    ),
    _office(
        "承保的保险公司",
        "车险 保险公司 商业保险 意外险",
        "汽车保险 (?:买|计算|算)车险 车险(?:费|多少|怎么买) 重疾险 人寿保险 (?:房屋|房主|家庭|租[客金赁]?|洪水)保险",
        "请直接问它的客服",
    ),
    _office(
        "供水、供电、燃气、通信单位",
        "",
        "水费 电费 燃气 煤气 宽带费 话费 手机卡 流量套餐",
        "请直接问它的客服",
    ),
)
"""Asked for where no article says who is in charge. The first that fits counts."""

OTHER_TOPICS = re.compile(
    "(?:火车票|机票|电影票|门票)(?:退票|改签)|天气|下雨|下雪|气温|红烧|菜谱|食谱|(?:哪家|什么)好吃|股票|股市|大盘|国足|足球|篮球|世界杯|球赛|双色球|大乐透|彩票|"
    "猪肉|菜价|房价|油价|金价|旅游|景点|机票|火车票|高铁.{0,6}(?:几点|票|时刻|几趟)|航班|电视剧|电影|综艺|演唱会|动漫|漫画|"
    "歌词|听歌|手游|快递.{0,4}(?:弄丢|丢了|单号|没到|到哪)|手机.{0,2}屏.{0,2}[碎摔裂]|屏.{0,2}摔碎|"
    "(?:家里|家中).{0,2}(?:wifi|无线|路由)|闹钟|耳机|牙膏|发型|减肥|星座|拼音|反义词|近义词|修车|网购|淘宝|拼多多|"
    "冒泡排序|数据透视表|(?:哪家|哪个)医院.{0,8}(?:好|强|灵)|医院哪家"
)
"""Matters of nobody's counter."""

_ENDING = r"[\s,.，。！!？?~、啊呀呢吧哦哈啦嘛了的吗]*"


def _talk(pattern: str, message: str, anything: bool = False) -> Talk:
    return Talk(re.compile(pattern, re.IGNORECASE), message, anything)


_GREETING = "(?:你好|您好|大家好|早上好|上午好|中午好|下午好|晚上好|早安|哈喽|嗨|hello|hi|在吗|在不在|有人吗|有人在吗)"
TEXTS = "稿子?|发言|报告|作文|诗|文章|总结|检讨|小说|故事|对联|代码|程序|脚本|邮件|简历|论文|请假条|祝福语|文案|通讯|歌|信(?!息)"

TALKS: tuple[Talk, ...] = (
    _talk(
        rf"^(?:{_GREETING}{_ENDING})+$",
        f"您好。{ABOUT}请直接输入要问的事，例如：{EXAMPLE}。",
    ),
    _talk(
        rf"^(?:非常|太|多|好的?)?(?:谢谢|感谢|多谢|谢了|辛苦)[你您们大家]*{_ENDING}$",
        "不客气。还有业务问题，请接着输入。",
    ),
    _talk(
        rf"^(?:(?:再见|拜拜|bye|晚安|回见|没事|没问题|好|知道|明白|收到|嗯+|哦+|噢+|行|哈+|呵+|嘿+){_ENDING})+$",
        "好的。有业务问题，请随时输入。",
    ),
    _talk(
        r"你(?:到底|究竟)?(?:是谁|叫什么|叫啥|是什么(?:东西|人|模型)?$|是不是?(?:真人|机器人|ai|人工智能)|的名字|几岁|多大|是哪里人|能(?:做|干)(?:什么|啥|嘛)|会(?:做|干)?(?:什么|啥)$)|谁(?:做|开发|发明|制造|训练)(?:了|的)?你",
        f"这里是问知，人社业务的问答系统，不是真人。{ABOUT}",
    ),
    _talk(
        r"(?:讲|说|来|编)一?个?(?:笑话|段子|鬼?故事|绕口令|谜语)|笑话|唱(?:首|支|个)歌|陪我聊|聊聊天|聊两句|心情(?:不好|很差|郁闷)|我(?:好|很|太)(?:烦|难过|无聊|孤单|伤心)|我爱你|你(?:真|好|太)(?:笨|傻|蠢|聪明|可爱|漂亮|棒)",
        f"这里不聊天。{ABOUT}",
    ),
    _talk(
        rf"(?:帮我|给我|替我|请你?|你来?)写.{{0,16}}(?:{TEXTS})|(?:写|编)[一]?[个份篇段首封].{{0,14}}(?:{TEXTS})|用(?:python|java|c\+\+|js|php|sql)写|给我一段.{{0,10}}代码",
        f"这里不代写文稿，也不写程序。{ABOUT}",
        anything=True,
    ),
    _talk(
        r"翻译?成(?:英|日|法|德|韩|俄|中)(?:文|语)|帮我翻译|(?:英文|英语|日语)(?:怎么|咋)(?:说|读)|translate",
        f"这里不做翻译。{ABOUT}",
        anything=True,
    ),
    _talk(
        r"(?:假装|假设|扮演|扮作|装作|当作|想象)你?是|(?:假如|假定|倘若|要是|如果|设想)你(?:是|当|做)[^,，。]{0,4}(?:长|领导|主任|书记|老板|律师|医生|专家|皇帝)|扮演(?:一|成)|你(?:现在|从现在(?:起|开始))?就?是(?:一|我的?)[只个名条位男女]|(?:现在|从现在(?:起|开始))你是",
        f"这里不扮演别的角色，也不给账号、密码和审批意见。{ABOUT}",
        anything=True,
    ),
    _talk(
        r"(?:系统|你的?)(?:提示词|prompt)|开发者模式|越狱模式|jailbreak|system prompt|重复(?:一遍)?(?:上面|以上|前面)的话",
        f"这里没有可以改动的模式，也没有提示词。{ABOUT}",
        anything=True,
    ),
)
"""The first that fits counts."""
