// What an order's page says beyond that.

export const PROOF_VI = {
  who: 'Ai trước?',
  youWere: '‹Bạn› là người thứ {n} của phiên, lúc {t}.',
  proved: 'Trang này đã tự kiểm: đúng.',
  provedKept: 'Khớp với biên nhận giữ trên máy này lúc đặt.',
  notKept: 'Máy này không giữ biên nhận lúc đặt.',
  wrong: 'Không khớp! Chụp lại trang này và hỏi shop.',
  receipt: 'Biên nhận:',
  noReceipt: 'Đơn này không có số thứ tự.',
}
