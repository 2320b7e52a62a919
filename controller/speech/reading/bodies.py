"""Who issues documents and which kinds there are, as official texts abbreviate them."""

BODIES: dict[str, str] = {
    "UBND": "Ủy ban nhân dân", "HĐND": "Hội đồng nhân dân", "TTHĐND": "Thường trực Hội đồng nhân dân",
    "BCĐ": "Ban Chỉ đạo", "BTC": "Ban Tổ chức", "BTV": "Ban Thường vụ", "BCT": "Bộ Chính trị", "BBT": "Ban Bí thư",
    "BCHTW": "Ban Chấp hành Trung ương", "BCHTƯ": "Ban Chấp hành Trung ương", "BCHQS": "Ban Chỉ huy Quân sự",
    "BCHĐB": "Ban Chấp hành Đảng bộ", "BTVĐU": "Ban Thường vụ Đảng ủy", "BGH": "Ban Giám hiệu", "BGĐ": "Ban Giám đốc",
    "BQL": "Ban Quản lý", "BQLDA": "Ban Quản lý dự án", "BKS": "Ban Kiểm soát", "BTT": "Ban Thường trực",
    "TW": "Trung ương", "TƯ": "Trung ương", "T.Ư": "Trung ương", "T.W": "Trung ương", "TWĐ": "Trung ương Đảng",
    "QH": "Quốc hội", "UBTVQH": "Ủy ban Thường vụ Quốc hội", "TTg": "Thủ tướng", "CTN": "Chủ tịch nước",
    "MTTQ": "Mặt trận Tổ quốc", "MTTQVN": "Mặt trận Tổ quốc Việt Nam", "UBMTTQ": "Ủy ban Mặt trận Tổ quốc",
    "UBMTTQVN": "Ủy ban Mặt trận Tổ quốc Việt Nam", "UBMT": "Ủy ban Mặt trận", "ĐU": "Đảng ủy",
    "UBKT": "Ủy ban Kiểm tra", "QĐND": "Quân đội nhân dân", "CAND": "Công an nhân dân", "TAND": "Tòa án nhân dân",
    "VKSND": "Viện kiểm sát nhân dân", "TANDTC": "Tòa án nhân dân tối cao",
    "VKSNDTC": "Viện kiểm sát nhân dân tối cao", "NHNN": "Ngân hàng Nhà nước",
    "NHCSXH": "Ngân hàng Chính sách xã hội", "CSXH": "Chính sách xã hội", "LĐLĐ": "Liên đoàn Lao động",
    "TLĐLĐ": "Tổng Liên đoàn Lao động", "TTXVN": "Thông tấn xã Việt Nam", "VPCP": "Văn phòng Chính phủ",
    "TTPVHCC": "Trung tâm Phục vụ hành chính công", "TTYT": "Trung tâm Y tế", "TTVH": "Trung tâm Văn hóa",
    "TTĐTCB": "Trung tâm Đài truyền thanh cơ sở", "KBNN": "Kho bạc Nhà nước", "BHXHVN": "Bảo hiểm xã hội Việt Nam",
    "BNN": "Bộ Nông nghiệp", "BCA": "Bộ Công an", "BQP": "Bộ Quốc phòng", "BYT": "Bộ Y tế", "BNV": "Bộ Nội vụ",
    "BXD": "Bộ Xây dựng", "BTP": "Bộ Tư pháp", "BNG": "Bộ Ngoại giao", "BGTVT": "Bộ Giao thông vận tải",
    "BGDĐT": "Bộ Giáo dục và Đào tạo", "BTNMT": "Bộ Tài nguyên và Môi trường", "BKHCN": "Bộ Khoa học và Công nghệ",
    "BNNMT": "Bộ Nông nghiệp và Môi trường", "BNNPTNT": "Bộ Nông nghiệp và Phát triển nông thôn",
    "BTTTT": "Bộ Thông tin và Truyền thông", "BVHTTDL": "Bộ Văn hóa, Thể thao và Du lịch",
    "BLĐTBXH": "Bộ Lao động - Thương binh và Xã hội", "BKHĐT": "Bộ Kế hoạch và Đầu tư",
    "BDTTG": "Bộ Dân tộc và Tôn giáo", "BCHPCTT": "Ban Chỉ huy phòng chống thiên tai",
    "CHXHCN": "Cộng hòa xã hội chủ nghĩa", "CHXHCNVN": "Cộng hòa xã hội chủ nghĩa Việt Nam",
    "ĐCSVN": "Đảng Cộng sản Việt Nam", "ĐCS": "Đảng Cộng sản", "ĐTNCS": "Đoàn Thanh niên Cộng sản",
    "ĐTN": "Đoàn Thanh niên", "HPN": "Hội Phụ nữ", "HND": "Hội Nông dân", "HCCB": "Hội Cựu chiến binh",
    "HLHPN": "Hội Liên hiệp Phụ nữ", "HCTĐ": "Hội Chữ thập đỏ", "HNCT": "Hội Người cao tuổi", "HKH": "Hội Khuyến học",
    "BMVNAH": "Bà mẹ Việt Nam Anh hùng", "VNAH": "Việt Nam Anh hùng", "BVHTT": "Ban Văn hóa - Thông tin",
    "TTCP": "Thanh tra Chính phủ",
}  # fmt: skip
"""Institutions: capitals stay, and two of them side by side are a list."""

OPENERS: dict[str, str] = {
    "BCH": "Ban Chỉ huy", "CH": "Chỉ huy", "BCĐ": "Ban Chỉ đạo", "CĐ": "Chỉ đạo", "BQL": "Ban Quản lý",
    "BVĐ": "Ban vận động", "BTC": "Ban Tổ chức", "TT": "Trung tâm", "HĐ": "Hội đồng", "VP": "Văn phòng",
    "CT": "Chủ tịch", "PCT": "Phó Chủ tịch", "BT": "Bí thư", "PBT": "Phó Bí thư", "UV": "ủy viên", "UB": "Ủy ban",
    "QL": "quản lý", "XD": "xây dựng", "PT": "phát triển", "PC": "phòng chống", "BV": "bảo vệ", "CB": "cán bộ",
    "TCT": "tổ công tác", "TH": "tổng hợp", "KDC": "khu dân cư", "CTMTQG": "chương trình mục tiêu quốc gia",
    "MTQG": "mục tiêu quốc gia", "CN": "chi nhánh", "QC": "quy chế", "CLB": "câu lạc bộ", "HTX": "hợp tác xã",
    "TNHH": "trách nhiệm hữu hạn", "GCN": "giấy chứng nhận", "ĐH": "Đại hội", "ĐB": "đại biểu", "TTB": "trang thiết bị",
}  # fmt: skip
"""What stands before another abbreviation in one word: BCHPTDS."""

ISSUERS: dict[str, str] = {
    **BODIES,
    "CP": "Chính phủ", "TTg": "Thủ tướng Chính phủ", "TTG": "Thủ tướng Chính phủ", "BTC": "Bộ Tài chính",
    "BCT": "Bộ Công Thương", "TU": "Tỉnh ủy", "ThU": "Thành ủy", "THU": "Thành ủy", "HU": "Huyện ủy",
    "ĐUX": "Đảng ủy xã", "BTGTW": "Ban Tuyên giáo Trung ương", "BTGDVTW": "Ban Tuyên giáo và Dân vận Trung ương",
    "BTCTW": "Ban Tổ chức Trung ương", "UBKTTW": "Ủy ban Kiểm tra Trung ương", "BCĐTW": "Ban Chỉ đạo Trung ương",
    "VPTW": "Văn phòng Trung ương", "HĐTĐKT": "Hội đồng Thi đua - Khen thưởng", "CA": "Công an", "CAX": "Công an xã",
    "CAT": "Công an tỉnh", "CATP": "Công an thành phố", "QS": "Quân sự", "ĐTN": "Đoàn Thanh niên", "VP": "Văn phòng",
    "PVHCC": "Trung tâm Phục vụ hành chính công", "BCHPTDS": "Ban Chỉ huy phòng thủ dân sự",
    "HĐBC": "Hội đồng bầu cử", "UBBC": "Ủy ban bầu cử", "BBC": "Ban bầu cử", "HĐNVQS": "Hội đồng nghĩa vụ quân sự",
    "MTTQ": "Mặt trận Tổ quốc", "TTHĐND": "Thường trực Hội đồng nhân dân", "SNV": "Sở Nội vụ", "SYT": "Sở Y tế",
    "STC": "Sở Tài chính", "SXD": "Sở Xây dựng", "STP": "Sở Tư pháp", "SCT": "Sở Công Thương",
    "SGDĐT": "Sở Giáo dục và Đào tạo", "SNN": "Sở Nông nghiệp", "SNNMT": "Sở Nông nghiệp và Môi trường",
    "SKHCN": "Sở Khoa học và Công nghệ", "SVHTTDL": "Sở Văn hóa, Thể thao và Du lịch",
    "SDTTG": "Sở Dân tộc và Tôn giáo", "BHXH": "Bảo hiểm xã hội", "HĐBT": "Hội đồng Bộ trưởng",
    "CTUBND": "Chủ tịch Ủy ban nhân dân", "TTr": "Thanh tra", "BCHTW": "Ban Chấp hành Trung ương",
    "BCHPCTTTKCN": "Ban Chỉ huy phòng chống thiên tai và tìm kiếm cứu nạn", "BVHXH": "Ban Văn hóa - Xã hội",
    "VHXH": "Phòng Văn hóa - Xã hội", "KT": "Phòng Kinh tế", "BKTNS": "Ban Kinh tế - Ngân sách",
    "BPC": "Ban Pháp chế",
}  # fmt: skip
"""Who stands behind the letters at the end of a document's number."""

OFFICES: dict[str, str] = {
    "S": "Sở", "B": "Bộ", "P": "Phòng", "H": "Hội", "T": "Trường", "CC": "Chi cục", "TT": "Trung tâm",
    "VP": "Văn phòng", "BCĐ": "Ban Chỉ đạo", "BCH": "Ban Chỉ huy", "BQL": "Ban Quản lý", "HĐ": "Hội đồng",
    "UB": "Ủy ban", "X": "Xã",
}  # fmt: skip
"""The kind of body before what it deals with: PGDĐT, CCTL, TTKN."""

JOINT = frozenset({"TTLT", "NQLT", "QCPH", "CTPH", "HDLN", "HDLT", "KHLT", "KHLN", "KHPH"})
"""Kinds of documents that several bodies issue together."""

DOCUMENT_KINDS: dict[str, str] = {
    "QĐ": "Quyết định", "NQ": "Nghị quyết", "NĐ": "Nghị định", "CT": "Chỉ thị", "KH": "Kế hoạch", "TB": "Thông báo",
    "BC": "Báo cáo", "TTr": "Tờ trình", "TT": "Thông tư", "TTLT": "Thông tư liên tịch", "CV": "Công văn",
    "CĐ": "Công điện", "GM": "Giấy mời", "KL": "Kết luận", "HD": "Hướng dẫn", "QC": "Quy chế", "QyĐ": "Quy định",
    "QYĐ": "Quy định", "CTr": "Chương trình", "CTR": "Chương trình", "ĐA": "Đề án", "PA": "Phương án", "DA": "Dự án",
    "HĐ": "Hợp đồng", "BB": "Biên bản", "GGT": "Giấy giới thiệu", "GP": "Giấy phép", "L": "Luật", "PL": "Pháp lệnh",
    "LCT": "Lệnh", "TC": "Thông cáo", "VBHN": "Văn bản hợp nhất", "QCPH": "Quy chế phối hợp",
    "CTPH": "Chương trình phối hợp", "QĐi": "Quyết định", "ĐK": "Đăng ký", "TL": "Thể lệ",
    "NQLT": "Nghị quyết liên tịch", "LT": "Liên tịch", "TM": "Thư mời", "GXN": "Giấy xác nhận", "PB": "Phiếu báo",
    "HDLN": "Hướng dẫn liên ngành", "KHLT": "Kế hoạch liên tịch", "KHLN": "Kế hoạch liên ngành",
    "HDLT": "Hướng dẫn liên tịch", "KHPH": "Kế hoạch phối hợp",
    "TTR": "Tờ trình", "TĐ": "Thông điệp", "GCN": "Giấy chứng nhận", "SY": "Bản sao", "ĐT": "Điện", "LM": "Thư mời",
    "BTr": "Tờ trình", "QT": "Quy trình", "PC": "Phiếu chuyển", "PBVB": "Phiếu báo",
}  # fmt: skip
