"""Matters of official life and their abbreviations, written as in a title.

In running text they are said in small letters ("an toàn giao thông"); in the name of a body they keep their capitals
("Sở Nông nghiệp và Môi trường").
"""

from controller.speech.reading.vocabulary import phrases, table

TITLES: dict[str, str] = table(
    """
ANTT An ninh trật tự|ANCT An ninh chính trị|TTATXH Trật tự an toàn xã hội|TTATGT Trật tự an toàn giao thông
ATGT An toàn giao thông|ATXH An toàn xã hội|ATTP An toàn thực phẩm|VSATTP Vệ sinh an toàn thực phẩm
VSTP Vệ sinh thực phẩm|VSMT Vệ sinh môi trường|BVMT Bảo vệ môi trường|BVTV Bảo vệ thực vật|BVR Bảo vệ rừng
ATVSTP An toàn vệ sinh thực phẩm|ATVSLĐ An toàn vệ sinh lao động|ATLĐ An toàn lao động
PCCCR Phòng cháy chữa cháy rừng|PCCC Phòng cháy chữa cháy|CNCH Cứu nạn cứu hộ|TKCN Tìm kiếm cứu nạn
PCTT Phòng chống thiên tai|PTDS Phòng thủ dân sự|PCLB Phòng chống lụt bão|PCTN Phòng chống tham nhũng
PCTP Phòng chống tội phạm|PCMT Phòng chống ma túy|PCD Phòng chống dịch|PCDB Phòng chống dịch bệnh
PCBLGĐ Phòng chống bạo lực gia đình|BLGĐ Bạo lực gia đình|TNXH Tệ nạn xã hội|TNGT Tai nạn giao thông
CSGT Cảnh sát giao thông|CSKV Cảnh sát khu vực|QLHC Quản lý hành chính|QLNN Quản lý nhà nước|QLĐĐ Quản lý đất đai
QLTT Quản lý thị trường|QLBVR Quản lý bảo vệ rừng|LLVT Lực lượng vũ trang|DQTV Dân quân tự vệ|DBĐV Dự bị động viên
NVQS Nghĩa vụ quân sự|CHQS Chỉ huy Quân sự|QPTD Quốc phòng toàn dân|QPAN Quốc phòng an ninh|ANQP An ninh quốc phòng
ANTQ An ninh Tổ quốc|BVANTQ Bảo vệ an ninh Tổ quốc|BVTQ Bảo vệ Tổ quốc|GDQP Giáo dục quốc phòng
GDQPAN Giáo dục quốc phòng an ninh|BĐBP Bộ đội biên phòng|TTXH Trật tự xã hội|ANND An ninh nhân dân|ANM An ninh mạng
ATTT An toàn thông tin|ATANM An toàn an ninh mạng|CCCD Căn cước công dân|CMND Chứng minh nhân dân
CMTND Chứng minh thư nhân dân|GPLX Giấy phép lái xe|GCNQSDĐ Giấy chứng nhận quyền sử dụng đất|GCN Giấy chứng nhận
QSDĐ Quyền sử dụng đất|QSD Quyền sử dụng|GPXD Giấy phép xây dựng|GPMB Giải phóng mặt bằng|TĐC Tái định cư
BTHT Bồi thường hỗ trợ|XDCB Xây dựng cơ bản|SDĐ Sử dụng đất|QHSDĐ Quy hoạch sử dụng đất|KHSDĐ Kế hoạch sử dụng đất
ĐKKD Đăng ký kinh doanh|ĐKXM Đăng ký xe máy|BHYT Bảo hiểm y tế|BHXH Bảo hiểm xã hội|BHTN Bảo hiểm thất nghiệp
BHNT Bảo hiểm nhân thọ|BHNN Bảo hiểm nông nghiệp|BTXH Bảo trợ xã hội|ASXH An sinh xã hội|TCXH Trợ cấp xã hội
TGXH Trợ giúp xã hội|NCC Người có công|NCT Người cao tuổi|NKT Người khuyết tật|TBLS Thương binh liệt sĩ
TBXH Thương binh xã hội|NLĐ Người lao động|NSDLĐ Người sử dụng lao động|ĐVTN Đoàn viên thanh niên
TNCS Thanh niên Cộng sản|TNXP Thanh niên xung phong|TNTP Thiếu niên tiền phong|TTN Thanh thiếu niên
CCB Cựu chiến binh|CTĐ Chữ thập đỏ|LHPN Liên hiệp Phụ nữ|LHTN Liên hiệp Thanh niên|TNVN Thanh niên Việt Nam
NDVN Nông dân Việt Nam|LHTNVN Liên hiệp Thanh niên Việt Nam|LHPNVN Liên hiệp Phụ nữ Việt Nam
THPT Trung học phổ thông|THCS Trung học cơ sở|GDTX Giáo dục thường xuyên|GDNN Giáo dục nghề nghiệp
GDMN Giáo dục mầm non|GDPT Giáo dục phổ thông|GDĐT Giáo dục và Đào tạo|PCGD Phổ cập giáo dục|XMC Xóa mù chữ
HSSV Học sinh sinh viên|HSG Học sinh giỏi|PHHS Phụ huynh học sinh|CMHS Cha mẹ học sinh|GVCN Giáo viên chủ nhiệm
CBGV Cán bộ giáo viên|CBQL Cán bộ quản lý|TNTHPT Tốt nghiệp trung học phổ thông|PTDTBT Phổ thông dân tộc bán trú
PTDTNT Phổ thông dân tộc nội trú|XHHT Xã hội học tập|HTCĐ Học tập cộng đồng|TTHTCĐ Trung tâm Học tập cộng đồng
TTHC Thủ tục hành chính|CCHC Cải cách hành chính|HCC Hành chính công|PVHCC Phục vụ hành chính công|DVC Dịch vụ công
DVCTT Dịch vụ công trực tuyến|DVCQG Dịch vụ công quốc gia|CĐS Chuyển đổi số|CNTT Công nghệ thông tin
CSDL Cơ sở dữ liệu|CNSCĐ Công nghệ số cộng đồng|CNS Công nghệ số|CSDLQG Cơ sở dữ liệu quốc gia
KHCN Khoa học công nghệ|ĐMST Đổi mới sáng tạo|ƯDCNTT Ứng dụng công nghệ thông tin|CQĐT Chính quyền điện tử
CPĐT Chính phủ điện tử|ĐTTM Đô thị thông minh|CBCC Cán bộ công chức|CBCCVC Cán bộ, công chức, viên chức
CCVC Công chức, viên chức|CBVC Cán bộ viên chức|CB Cán bộ|CBCNV Cán bộ công nhân viên|CNVC Công nhân viên chức
CNVCLĐ Công nhân viên chức lao động|CNLĐ Công nhân lao động|CBĐV Cán bộ đảng viên|ĐVHV Đoàn viên, hội viên
QCDC Quy chế dân chủ|NTM Nông thôn mới|NTMNC Nông thôn mới nâng cao|ĐTVM Đô thị văn minh|KTXH Kinh tế xã hội
PTKT Phát triển kinh tế|XDNTM Xây dựng nông thôn mới|CTMTQG Chương trình mục tiêu quốc gia|MTQG Mục tiêu quốc gia
XĐGN Xóa đói giảm nghèo|GNBV Giảm nghèo bền vững|HNCN Hộ nghèo, cận nghèo|NSNN Ngân sách nhà nước
NSTW Ngân sách Trung ương|TCKH Tài chính kế hoạch|NSĐP Ngân sách địa phương|HTX Hợp tác xã
HTXNN Hợp tác xã nông nghiệp|THT Tổ hợp tác|SXKD Sản xuất kinh doanh|SXNN Sản xuất nông nghiệp
NNNT Nông nghiệp nông thôn|NTTS Nuôi trồng thủy sản|KCN Khu công nghiệp|CCN Cụm công nghiệp
TTCN Tiểu thủ công nghiệp|DNNN Doanh nghiệp nhà nước|DNTN Doanh nghiệp tư nhân|TNHH Trách nhiệm hữu hạn
MTV Một thành viên|CTCP Công ty cổ phần|DN Doanh nghiệp|HKD Hộ kinh doanh|SXCN Sản xuất công nghiệp
HTSX Hỗ trợ sản xuất|KDC Khu dân cư|KĐT Khu đô thị|KTT Khu tập thể|TDP Tổ dân phố|KP Khu phố|NVH Nhà văn hóa
TTVHTT Trung tâm văn hóa thể thao|ANTTCS An ninh trật tự cơ sở|BVANTT Bảo vệ an ninh trật tự|ĐSVH Đời sống văn hóa
GĐVH Gia đình văn hóa|TDTT Thể dục thể thao|VHTT Văn hóa thể thao|VHVN Văn hóa văn nghệ|VHNT Văn hóa nghệ thuật
TDĐKXDĐSVH Toàn dân đoàn kết xây dựng đời sống văn hóa|TDĐK Toàn dân đoàn kết|ĐĐK Đại đoàn kết
ĐĐKTD Đại đoàn kết toàn dân|TĐKT Thi đua khen thưởng|TTCS Truyền thanh cơ sở|TTTT Thông tin truyền thông
DSKHHGĐ Dân số kế hoạch hóa gia đình|KHHGĐ Kế hoạch hóa gia đình|SKSS Sức khỏe sinh sản|CSSK Chăm sóc sức khỏe
CSSKSS Chăm sóc sức khỏe sinh sản|BMTE Bà mẹ trẻ em|BVCSTE Bảo vệ, chăm sóc trẻ em|TCMR Tiêm chủng mở rộng
SDD Suy dinh dưỡng|KCB Khám chữa bệnh|KSK Khám sức khỏe|TYT Trạm Y tế|BVĐK Bệnh viện đa khoa|YTDP Y tế dự phòng
KSBT Kiểm soát bệnh tật|SXH Sốt xuất huyết|TCM Tay chân miệng|NĐTP Ngộ độc thực phẩm|COPD Phổi tắc nghẽn mạn tính
THA Tăng huyết áp|ĐTĐ Đái tháo đường|DTLCP Dịch tả lợn châu Phi|LMLM Lở mồm long móng|VDNC Viêm da nổi cục
CGC Cúm gia cầm|GSGC Gia súc, gia cầm|THADS Thi hành án dân sự|THAHS Thi hành án hình sự
PBGDPL Phổ biến giáo dục pháp luật|TGPL Trợ giúp pháp lý|PHGDPL Phối hợp giáo dục pháp luật|HGCS Hòa giải cơ sở
HGV Hòa giải viên|VPHC Vi phạm hành chính|XPVPHC Xử phạt vi phạm hành chính|KNTC Khiếu nại tố cáo
TTND Thanh tra nhân dân|GSĐTCĐ Giám sát đầu tư cộng đồng|ĐBQH Đại biểu Quốc hội|ĐBHĐND Đại biểu Hội đồng nhân dân
TXCT Tiếp xúc cử tri|KTGS Kiểm tra, giám sát|HTCT Hệ thống chính trị|CQĐP Chính quyền địa phương
TCCSĐ Tổ chức cơ sở đảng|SHCB Sinh hoạt chi bộ|ĐV Đảng viên|ĐVCS Đảng viên cơ sở|CTXH Công tác xã hội
CTMT Công tác Mặt trận|CTMTTQ Công tác Mặt trận Tổ quốc|ATNĐ Áp thấp nhiệt đới|KKL Không khí lạnh
KTTV Khí tượng thủy văn|RRTT Rủi ro thiên tai|XTNĐ Xoáy thuận nhiệt đới|BĐKH Biến đổi khí hậu|BĐ Báo động
TBA Trạm biến áp|ĐDK Đường dây không|HLATLĐ Hành lang an toàn lưới điện|HLATGT Hành lang an toàn giao thông
CTR Chất thải rắn|CTRSH Chất thải rắn sinh hoạt|RTSH Rác thải sinh hoạt|HTTN Hệ thống thoát nước
TLNĐ Thủy lợi nội đồng|GTNT Giao thông nông thôn|GTVT Giao thông vận tải|GTCC Giao thông công cộng
HTKT Hạ tầng kỹ thuật|KTHT Kinh tế hạ tầng|TNMT Tài nguyên và Môi trường|NNMT Nông nghiệp và Môi trường
NNPTNT Nông nghiệp và Phát triển nông thôn|PTNT Phát triển nông thôn|LĐTBXH Lao động - Thương binh và Xã hội
VHXH Văn hóa - Xã hội|VHTTDL Văn hóa, Thể thao và Du lịch|XKLĐ Xuất khẩu lao động|TTLĐ Thị trường lao động
ĐTN Đào tạo nghề|GQVL Giải quyết việc làm|TCLĐ Tổ chức lao động|KTTT Kinh tế tập thể|KHKT Khoa học kỹ thuật
TBKT Tiến bộ kỹ thuật|CTMTQGNTM Chương trình mục tiêu quốc gia nông thôn mới|UBBC Ủy ban bầu cử|ĐBDC Đại biểu dân cử
TTĐT Trật tự đô thị|HCM Hồ Chí Minh|ĐHĐB Đại hội đại biểu|GDKNS Giáo dục kỹ năng sống|TCVN Tiêu chuẩn Việt Nam
QCVN Quy chuẩn Việt Nam|QCKT Quy chuẩn kỹ thuật|BHLĐ Bảo hộ lao động|PCLT Phòng chống lũ lụt|PCBL Phòng chống bão lũ
ANLT An ninh lương thực|CSVC Cơ sở vật chất|TTB Trang thiết bị|CSHT Cơ sở hạ tầng|ĐBKK Đặc biệt khó khăn
DTTS Dân tộc thiểu số|ĐBDTTS Đồng bào dân tộc thiểu số|DTTG Dân tộc và Tôn giáo|TNTG Tín ngưỡng tôn giáo
TTXD Trật tự xây dựng|HĐQT Hội đồng quản trị|HĐTV Hội đồng thành viên|NSND Nghệ sĩ nhân dân|NSƯT Nghệ sĩ ưu tú
AHLLVT Anh hùng lực lượng vũ trang|LLVTND Lực lượng vũ trang nhân dân|VHCS Văn hóa cơ sở
PTTT Phương tiện truyền thông|PTTH Phát thanh truyền hình|PT-TH Phát thanh - Truyền hình|HTTT Hệ thống truyền thanh
KCH Kiên cố hóa|KCHKM Kiên cố hóa kênh mương|HĐLĐ Hợp đồng lao động|QLDA Quản lý dự án|ĐTXD Đầu tư xây dựng
CTCC Công trình công cộng|DVNN Dịch vụ nông nghiệp|TTDVNN Trung tâm dịch vụ nông nghiệp
ĐBSCL Đồng bằng sông Cửu Long|ĐBSH Đồng bằng sông Hồng|XHCN Xã hội chủ nghĩa|CNXH Chủ nghĩa xã hội
CNH Công nghiệp hóa|HĐH Hiện đại hóa|CNH-HĐH Công nghiệp hóa, hiện đại hóa|TT&TT Thông tin và Truyền thông
TT-TT Thông tin - Truyền thông|KH&CN Khoa học và Công nghệ|KH-CN Khoa học - Công nghệ|KH&ĐT Kế hoạch và Đầu tư
KH-ĐT Kế hoạch - Đầu tư|VHTT&DL Văn hóa, Thể thao và Du lịch|VH-TT Văn hóa - Thông tin
VH-TT&DL Văn hóa, Thể thao và Du lịch|VHTT&TT Văn hóa, Thể thao và Truyền thông|VH&TT Văn hóa và Thể thao
VH-TDTT Văn hóa - Thể dục thể thao|TC-KH Tài chính - Kế hoạch|TN-MT Tài nguyên - Môi trường|KT-HT Kinh tế - Hạ tầng
HT-ĐT Hạ tầng - Đô thị|KT-HT&ĐT Kinh tế - Hạ tầng và Đô thị|HT&ĐT Hạ tầng và Đô thị|VP-TK Văn phòng - Thống kê
TP-HT Tư pháp - Hộ tịch|ĐC-XD Địa chính - Xây dựng|ĐC-NN Địa chính - Nông nghiệp|CB-CC Cán bộ, công chức
QHXD Quy hoạch xây dựng|NVYT Nhân viên y tế|CSYT Cơ sở y tế|HSSK Hồ sơ sức khỏe|NCKH Nghiên cứu khoa học
GDCD Giáo dục công dân|SGK Sách giáo khoa|KTX Ký túc xá|TTTM Trung tâm thương mại|SVĐ Sân vận động
ĐKĐĐ Đăng ký đất đai|VPĐKĐĐ Văn phòng đăng ký đất đai|GPKD Giấy phép kinh doanh|ĐKKH Đăng ký kết hôn
HKTT Hộ khẩu thường trú|TNDN Thu nhập doanh nghiệp|TNCN Thu nhập cá nhân|GTGT Giá trị gia tăng|PNN Phi nông nghiệp
SDĐPNN Sử dụng đất phi nông nghiệp|ĐVHC Đơn vị hành chính|CĐT Chủ đầu tư|CQNN Cơ quan nhà nước
VBQPPL Văn bản quy phạm pháp luật|VBPL Văn bản pháp luật|TGĐ Tổng giám đốc|LHQ Liên hợp quốc|DTLS Di tích lịch sử
LSVH Lịch sử văn hóa|CNC Công nghệ cao|NNCNC Nông nghiệp công nghệ cao|CSCĐ Cảnh sát cơ động|CSHS Cảnh sát hình sự
CSĐT Cảnh sát điều tra|CSMT Cảnh sát môi trường|TTKN Trung tâm khuyến nông|KN Khuyến nông|VN Việt Nam
TTLT Thông tư liên tịch|KNKL Khuyến nông khuyến lâm|TCT Tổ công tác|TCNSCĐ Tổ công nghệ số cộng đồng
BCĐTW Ban Chỉ đạo Trung ương|QLCL Quản lý chất lượng|SXTM Sản xuất thương mại|ĐTNN Đầu tư nước ngoài
FDI Đầu tư trực tiếp nước ngoài|ODA Hỗ trợ phát triển chính thức|TSCĐ Tài sản cố định|TSC Tài sản công
QSH Quyền sở hữu|HNGĐ Hôn nhân gia đình|BĐG Bình đẳng giới|VSTBPN Vì sự tiến bộ phụ nữ|XHH Xã hội hóa
TNV Tình nguyện viên|HMTN Hiến máu tình nguyện|HMNĐ Hiến máu nhân đạo|CBYT Cán bộ y tế|BSGĐ Bác sĩ gia đình
PKĐK Phòng khám đa khoa|PTVT Phương tiện vận tải|PTGT Phương tiện giao thông|TBGD Thiết bị giáo dục
THPTQG Trung học phổ thông quốc gia|NHCS Ngân hàng chính sách|TKVV Tiết kiệm và vay vốn|TK&VV Tiết kiệm và vay vốn
BVTE Bảo vệ trẻ em|HĐTĐ Hội đồng thi đua|SKKN Sáng kiến kinh nghiệm|LĐTT Lao động tiên tiến|CSTĐ Chiến sĩ thi đua
GĐHH Gia đình hiếu học|DHHH Dòng họ hiếu học|HTSK Hỗ trợ sinh kế|KKT Khu kinh tế|CLGD Chất lượng giáo dục
UDCNTT Ứng dụng công nghệ thông tin|CKS Chữ ký số|DLQG Dữ liệu quốc gia|DLDC Dữ liệu dân cư
CSDLDC Cơ sở dữ liệu dân cư|QLDC Quản lý dân cư|ĐDĐT Định danh điện tử|TKĐT Tài khoản điện tử|HSĐT Hồ sơ điện tử
BHYTHGĐ Bảo hiểm y tế hộ gia đình|HGĐ Hộ gia đình|ANTTXH An ninh trật tự xã hội|TTCC Trật tự công cộng
VLXD Vật liệu xây dựng|VLN Vật liệu nổ|CCHT Công cụ hỗ trợ|VKVLN Vũ khí, vật liệu nổ|VĐV Vận động viên
HLV Huấn luyện viên|HCV Huy chương vàng|HCB Huy chương bạc|HCĐ Huy chương đồng|BGK Ban giám khảo
GKS Giấy khai sinh|KSND Kiểm sát nhân dân|GCNKH Giấy chứng nhận kết hôn|SHK Sổ hộ khẩu|CBCS Cán bộ chiến sĩ
CSND Cảnh sát nhân dân|ANCS An ninh cơ sở|BVDP Bảo vệ dân phố|VPTT Văn phòng thường trực|DSGĐ Dân số gia đình
ĐTM Đánh giá tác động môi trường|GDNNGDTX Giáo dục nghề nghiệp - Giáo dục thường xuyên|VHTTCS Văn hóa thể thao cơ sở
PTCS Phổ thông cơ sở|PTQĐ Phát triển quỹ đất|QHCT Quy hoạch chi tiết|KTKT Kinh tế kỹ thuật
BCKTKT Báo cáo kinh tế kỹ thuật|XLNT Xử lý nước thải|CTSH Chất thải sinh hoạt|CLMT Chất lượng môi trường
NSVSMT Nước sạch và vệ sinh môi trường|NSNT Nước sạch nông thôn|NSVSMTNT Nước sạch và vệ sinh môi trường nông thôn
KHHĐ Kế hoạch hành động|CTHĐ Chương trình hành động|CTPH Chương trình phối hợp|QCPH Quy chế phối hợp
KHPH Kế hoạch phối hợp|CTCT Chương trình công tác|HNKT Hội người khuyết tật|NNCĐDC Nạn nhân chất độc da cam
NNCĐ Nạn nhân chất độc|CĐDC Chất độc da cam|TKT Trẻ khuyết tật|TEMC Trẻ em mồ côi|TNLĐ Tai nạn lao động
VSLĐ Vệ sinh lao động|GTVL Giới thiệu việc làm|DVVL Dịch vụ việc làm|LĐNT Lao động nông thôn|CSTE Chăm sóc trẻ em
QTE Quyền trẻ em|SHC Sinh hoạt chi bộ|ĐHTQ Đại hội toàn quốc|YTCS Y tế cơ sở|TCVX Tiêm chủng vắc xin
VXCB Vắc xin cơ bản|CNTY Chăn nuôi và thú y|TYTS Thú y thủy sản|KDTV Kiểm dịch thực vật|KDĐV Kiểm dịch động vật
TĂCN Thức ăn chăn nuôi|PTBV Phát triển bền vững|PTSX Phát triển sản xuất|SXLN Sản xuất lâm nghiệp
HTTL Hệ thống thủy lợi|CTTL Công trình thủy lợi|KTCTTL Khai thác công trình thủy lợi|HTXDV Hợp tác xã dịch vụ
HTXDVNN Hợp tác xã dịch vụ nông nghiệp|MBA Máy biến áp|TBĐ Thiết bị điện|HLATLĐCA Hành lang an toàn lưới điện cao áp
HLATĐB Hành lang an toàn đường bộ|TVGS Tư vấn giám sát|GSCĐ Giám sát cộng đồng|ĐKKS Đăng ký khai sinh
ĐKKT Đăng ký khai tử|LTKS Liên thông khai sinh|LTKT Liên thông khai tử|KSTTHC Kiểm soát thủ tục hành chính
BPMC Bộ phận một cửa|TN&TKQ Tiếp nhận và Trả kết quả|TNTKQ Tiếp nhận và trả kết quả|PAKN Phản ánh, kiến nghị
PAHT Phản ánh hiện trường|TCD Tiếp công dân|CTTĐT Cổng thông tin điện tử|HĐĐT Hóa đơn điện tử|LLCT Lý luận chính trị
TTKS Tuần tra kiểm soát|GTĐB Giao thông đường bộ|ĐTNĐ Đường thủy nội địa|HCSN Hành chính sự nghiệp
SNCL Sự nghiệp công lập|ĐVSN Đơn vị sự nghiệp|KPCĐ Kinh phí công đoàn|NSX Ngân sách xã|KTNS Kinh tế - Ngân sách
TTĐB Tiêu thụ đặc biệt|TMDV Thương mại dịch vụ|NLTS Nông lâm thủy sản|GVMN Giáo viên mầm non|GDTC Giáo dục thể chất
KTTĐ Kinh tế trọng điểm|LĐSX Lao động sản xuất|NTMKM Nông thôn mới kiểu mẫu|QTDND Quỹ tín dụng nhân dân
HCN Hộ cận nghèo|PNMT Phụ nữ mang thai|TCKT Tài chính kế toán|CKI Chuyên khoa một|CKII Chuyên khoa hai
BSCKI Bác sĩ chuyên khoa một|BSCKII Bác sĩ chuyên khoa hai|ANNT An ninh nông thôn|ĐKTT Đăng ký thường trú
TTTV Tạm trú, tạm vắng|ĐKCT Đăng ký cư trú|CSLT Cơ sở lưu trú|UDCNC Ứng dụng công nghệ cao|NƠXH Nhà ở xã hội
NTDN Nhà tạm, nhà dột nát|XNTDN Xóa nhà tạm, nhà dột nát|KTTS Khai thác thủy sản|VSCN Vệ sinh cá nhân
CSNCT Chăm sóc người cao tuổi|VSMTNT Vệ sinh môi trường nông thôn|QLVH Quản lý văn hóa|SVC Sinh vật cảnh
UVBCH Ủy viên Ban Chấp hành|DQCĐ Dân quân cơ động|QNDB Quân nhân dự bị|ATVSV An toàn vệ sinh viên|VSTY Vệ sinh thú y
CĐML Cánh đồng mẫu lớn|NCKHKT Nghiên cứu khoa học kỹ thuật|CĐCS Công đoàn cơ sở|CTNH Chất thải nguy hại
LĐTE Lao động trẻ em|CSGD Cơ sở giáo dục|HĐGD Hội đồng giáo dục|VH-VN Văn hóa - văn nghệ
VN-TDTT Văn nghệ - thể dục thể thao|LĐ-TBXH Lao động - Thương binh và Xã hội|TB&LS Thương binh và liệt sĩ
TNTPHCM Thiếu niên tiền phong Hồ Chí Minh
"""
)
"""Abbreviation to its words, as in a title."""

_KEEP_CAPITALS = phrases(
    "Quốc hội|Hội đồng nhân dân|Trung ương|Tổ quốc|Việt Nam|Hồ Chí Minh|Mặt trận|châu Phi|Cộng sản|Cửu Long|"
    "sông Hồng|Liên hợp quốc"
)


def _plain(title: str) -> str:
    plain = title.lower()
    for name in _KEEP_CAPITALS:
        plain = plain.replace(name.lower(), name)
    return plain


TERMS: dict[str, str] = {short: _plain(title) for short, title in TITLES.items()}
"""Abbreviation to its words, as in running text."""

PARTS: dict[str, str] = table(
    """
VH Văn hóa|XH Xã hội|QP Quốc phòng|AN An ninh|KT Kinh tế|NN Nông nghiệp|MT Môi trường|TN Tài nguyên
GD Giáo dục|ĐT Đào tạo|LĐ Lao động|TB Thương binh|TC Tài chính|KH Kế hoạch|TT Thông tin|DL Du lịch
CN Công nghệ|PTNT Phát triển nông thôn|DS Dân số|HT Hạ tầng|XD Xây dựng|TP Tư pháp|ĐC Địa chính|NV Nội vụ
VT Vận tải|TM Thương mại|DV Dịch vụ|CT Chính trị|VP Văn phòng|TG Tôn giáo|DT Dân tộc|TTr Thanh tra|YT Y tế
CS Chính sách|PN Phụ nữ|ND Nông dân|TH Tiểu học|MN Mầm non|QS Quân sự|CA Công an|HC Hành chính|HS Hộ sinh
BVCSTE Bảo vệ chăm sóc trẻ em|TDTT Thể thao|TE Trẻ em|GĐ Gia đình|TTTT Thông tin và Truyền thông
TTĐT Thông tin điện tử|QLĐT Quản lý đô thị|CNTT Công nghệ thông tin|VN Việt Nam|TDĐK Toàn dân đoàn kết
KTTT Kinh tế tập thể|NS Ngân sách|PC Pháp chế|BVTV Bảo vệ thực vật|TTBVTV Trồng trọt và Bảo vệ thực vật
CĐ Công đoàn|ĐTN Đoàn Thanh niên|TV Thường vụ|TS Thủy sản|LN Lâm nghiệp|TL Thủy lợi|CB Cán bộ
TNMT Tài nguyên và Môi trường
"""
)
"""Short pieces that mean this only inside a compound (VH-XH, GD&ĐT) or after the name of a kind of body (Phòng KT)."""
