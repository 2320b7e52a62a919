"""Names of places that are known everywhere in the country."""

from controller.speech.reading.vocabulary import phrases

PROVINCES = phrases(
    """
    Việt Nam|Hà Nội|Hồ Chí Minh|Hải Phòng|Đà Nẵng|Cần Thơ|Huế|An Giang|Bắc Ninh|Cà Mau|Cao Bằng|Đắk Lắk
    Điện Biên|Đồng Nai|Đồng Tháp|Gia Lai|Hà Tĩnh|Hưng Yên|Khánh Hòa|Lai Châu|Lạng Sơn|Lào Cai|Lâm Đồng
    Nghệ An|Ninh Bình|Phú Thọ|Quảng Ngãi|Quảng Ninh|Quảng Trị|Sơn La|Tây Ninh|Thái Nguyên|Thanh Hóa
    Tuyên Quang|Vĩnh Long|Bà Rịa|Vũng Tàu|Bắc Giang|Bắc Kạn|Bạc Liêu|Bến Tre|Bình Định|Bình Dương
    Bình Phước|Bình Thuận|Đắk Nông|Hà Giang|Hà Nam|Hải Dương|Hậu Giang|Hòa Bình|Kiên Giang|Kon Tum
    Long An|Nam Định|Ninh Thuận|Phú Yên|Quảng Bình|Quảng Nam|Sóc Trăng|Thái Bình|Thừa Thiên|Tiền Giang
    Trà Vinh|Vĩnh Phúc|Yên Bái|Hoàng Sa|Trường Sa|Biển Đông
    """
)
