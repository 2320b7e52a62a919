"""Words found in addresses, and how the names of services sound."""

from controller.speech.reading.letters import bare
from controller.speech.reading.places import PROVINCES

TOP_LEVELS = {
    "gov": "gờ o vê", "vn": "vê nờ", "com": "com", "net": "nét", "org": "o rờ gờ", "edu": "e đê u", "info": "in phô",
    "io": "i o", "me": "em e", "asia": "a xi a",
}  # fmt: skip

_PHRASES = (
    "dịch vụ công;liên hệ;ủy ban;ủy ban nhân dân;công an;chính phủ;báo chính phủ;cổng;cổng thông tin;thông tin;"
    "thông tin điện tử;điện tử;văn phòng;hành chính;hành chính công;một cửa;phường;xã;huyện;tỉnh;thành phố;quận;"
    "thôn;phòng;ban;sở;bộ;hội;trường;mầm non;tiểu học;trung học;học;sinh;tuyển sinh;giáo dục;đào tạo;y tế;sức khỏe;"
    "bệnh viện;trạm;trạm y tế;bảo hiểm;bảo hiểm xã hội;thuế;điện;điện lực;nước;nước sạch;phản ánh;phản ánh hiện trường;"
    "hiện trường;góp ý;tiếp dân;tiếp nhận;hỏi đáp;hỗ trợ;khiếu nại;tố cáo;báo;tin tức;thời sự;đài;đài truyền thanh;"
    "truyền thanh;truyền hình;loa;khí tượng;thủy văn;khí tượng thủy văn;phòng chống thiên tai;thiên tai;cứu nạn;"
    "cứu hộ;cấp cứu;pháp luật;tư pháp;hộ tịch;quốc hội;nhân dân;quân đội;biên phòng;nông nghiệp;môi trường;"
    "tài nguyên;nông thôn;nông thôn mới;nông dân;phụ nữ;thanh niên;đoàn;đoàn thanh niên;cựu chiến binh;mặt trận;"
    "văn hóa;xã hội;thể thao;du lịch;lao động;việc làm;thương binh;kinh tế;đầu tư;xây dựng;giao thông;vận tải;"
    "công thương;khoa học;công nghệ;chuyển đổi số;thư viện;bưu điện;ngân hàng;chợ;kế hoạch;tài chính;kế toán;"
    "thông báo;văn thư;văn bản;công báo;cơ sở;dữ liệu;quốc gia;đăng ký;tra cứu;thủ tục;vé;nộp;hồ sơ;khách hàng;"
    "chăm sóc;chăm sóc khách hàng;tổng đài;bí thư;chủ tịch;lãnh đạo;quản trị;dân;dân số;đất đai;địa chính;"
    "việt nam;vì;an toàn;mùa màng;thời tiết;tiêm chủng;phát thanh"
)
NET_WORDS: dict[str, str] = {
    **{bare(phrase).replace(" ", ""): phrase for phrase in _PHRASES.split(";")},
    **{bare(name).replace(" ", ""): name.lower() for name in PROVINCES},
    "ubnd": "u bê en đê", "hdnd": "hát đê en đê", "mttq": "em tê tê quy", "vneid": "vê en e i đê",
    "gmail": "gờ meo", "yahoo": "da hu", "hotmail": "hót meo", "outlook": "ao lúc", "facebook": "phây búc",
    "zalo": "da lô", "youtube": "diu túp", "google": "gu gồ", "mail": "meo", "email": "i meo", "web": "oép",
    "online": "on lai", "admin": "át min", "info": "in phô", "contact": "con tắc", "support": "sắp po", "news": "niu",
    "portal": "po tồ", "app": "áp",
}  # fmt: skip
"""What is said for a word that is written without marks and spaces."""

NAMES: dict[str, str] = {
    "Zalo OA": "Da lô o a", "Zalo": "Da lô", "ZALO": "Da lô", "zalo": "da lô", "VNeID": "vê en e i đê",
    "VNEID": "vê en e i đê", "VneID": "vê en e i đê", "vneid": "vê en e i đê", "VssID": "vê ét ét i đê",
    "VSSID": "vê ét ét i đê", "Facebook": "Phây búc", "FaceBook": "Phây búc", "facebook": "phây búc",
    "FACEBOOK": "Phây búc", "Fanpage": "Phan pết", "fanpage": "phan pết", "YouTube": "Diu túp", "Youtube": "Diu túp",
    "youtube": "diu túp", "TikTok": "Tíc tốc", "Tiktok": "Tíc tốc", "tiktok": "tíc tốc", "Google": "Gu gồ",
    "google": "gu gồ", "Gmail": "Gờ meo", "gmail": "gờ meo", "Website": "Oép sai", "website": "oép sai",
    "Email": "I meo", "E-mail": "I meo", "email": "i meo", "e-mail": "i meo", "Wifi": "Oai phai", "WiFi": "Oai phai",
    "Wi-Fi": "Oai phai", "wifi": "oai phai", "wi-fi": "oai phai", "WIFI": "oai phai", "Internet": "In tơ nét",
    "internet": "in tơ nét", "INTERNET": "in tơ nét", "online": "on lai", "Online": "On lai",
    "Messenger": "Mét sen dơ", "Viber": "Vai bơ", "Smartphone": "Sờ mát phôn", "smartphone": "sờ mát phôn",
    "OA": "o a", "QR": "quy rờ", "QR-code": "quy rờ cốt", "SmartCA": "sờ mát xê a", "iHanoi": "ai Hà Nội",
    "QR Code": "quy rờ cốt", "QR code": "quy rờ cốt", "OTP": "o tê pê", "SMS": "ét em ét", "App": "Áp", "app": "áp",
    "iOS": "ai o ét", "Android": "An roi", "eTax Mobile": "i tách mô bai", "eTax": "i tách",
    "USB": "u ét bê", "PDF": "pê đê ép", "MP3": "em pê ba", "SIM": "sim",
    "ATM": "a tê em", "UV": "u vê", "GPS": "gờ pê ét", "Covid-19": "Cô vít mười chín", "COVID-19": "Cô vít mười chín",
    "Covid": "Cô vít", "COVID": "Cô vít", "VietGAP": "Việt gáp", "VietGap": "Việt gáp", "VNPT": "vê en pê tê",
    "VNPAY": "vê en pây", "Viettel": "Viết teo", "iGate": "ai ghết", "LED": "lét", "Led": "lét", "led": "lét",
    "OCOP": "ô cốp", "ASEAN": "A xê an", "UNESCO": "u nét cô", "UNICEF": "u ni xép", "WHO": "vê kép hát o",
    "FAO": "phao", "AIDS": "ết", "HIV/AIDS": "hát i vê ết", "HIV": "hát i vê", "GDP": "gi đi pi",
    "GRDP": "gi a đi pi", "ADN": "a đê en", "CLB": "câu lạc bộ", "PM2.5": "pi em hai chấm năm",
    "PM2,5": "pi em hai chấm năm", "PM10": "pi em mười", "CO2": "xê o hai", "H2O": "hát hai o", "SJC": "ét gi xê",
    "DAP": "đê a pê", "pH": "pê hát", "AI": "ây ai", "AQI": "a quy i", "H5N1": "hát năm en một",
    "A/H5N1": "a hát năm en một", "H1N1": "hát một en một", "A/H1N1": "a hát một en một", "H5N6": "hát năm en sáu",
    "A/H5N6": "a hát năm en sáu", "H5N8": "hát năm en tám", "A/H5N8": "a hát năm en tám", "VTV1": "vê tê vê một",
    "VTV": "vê tê vê", "VOV1": "vê o vê một", "VOV": "vê o vê", "EVN": "e vê en", "NPK": "en pê ca", "RON": "rôn",
    "TV": "ti vi", "Tivi": "Ti vi", "tivi": "ti vi", "GDPR": "gờ đê pê rờ",
}  # fmt: skip
"""Written names of services and things, with their sound."""
