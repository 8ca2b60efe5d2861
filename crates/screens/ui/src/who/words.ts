// Who somebody is and what they may do, in words that the console and the page of people share.

import type { Duty, Role } from '../wire'
import { fill, lang } from '../words'

const vi = {
  close: 'Đóng',
  proofTitle: 'Xác nhận là bạn',
  proofWhy: 'Việc này hỏi lại mật khẩu. Xong rồi thì 10 phút sau mới hỏi nữa.',
  password: 'Mật khẩu',
  code: 'Mã 6 số trong ứng dụng',
  useCode: 'Dùng mã 6 số',
  usePassword: 'Dùng mật khẩu',
  go: 'Tiếp tục',
  sending: 'Đang gửi…',
  asks: '{name} xin vào giúp trong 60 phút',
  asksHow: 'Người giúp soạn hàng và diễn tập cùng bạn; không thấy người mua, không thấy đơn.',
  yes: 'Đồng ý',
  no: 'Không',
  helps: '{name} đang giúp, còn {m} phút',
  stop: 'Dừng',
  youHelp: 'Bạn đang giúp {shop}, còn {m} phút',
  leave: 'Rời đi',
  cannot: 'Vai trò của bạn ({role}) không làm được việc này.',
  cannotSell: 'Vai trò của bạn ({role}): xem được, không ghim hay sửa hàng được.',
  closed: 'Không vào được bảng này',
  shutHelper: 'Người giúp không thấy đơn thật. Bấm Diễn tập ở trang các phiên để cùng tập.',
  shutHelperWay: 'Các phiên',
  shut: 'Bạn không còn vào được bảng này: chủ cửa hàng đã đổi vai trò của bạn, hoặc giờ giúp đã hết.',
  noConsole: 'Ở {shop} bạn là {role}. Số liệu và việc xin vào giúp nằm ở trang',
  shutWays: 'Vào cửa hàng khác, hoặc đăng nhập bằng tên khác:',
  shops: 'Người và máy',
  signOut: 'Đăng xuất',
  signedOut: 'Máy này đã được đăng xuất.',
  signIn: 'Đăng nhập lại',
}

export type WhoWords = Record<keyof typeof vi, string>

const en: WhoWords = {
  close: 'Close',
  proofTitle: 'Show that it is you',
  proofWhy: 'This asks for your password once more. For ten minutes nothing asks again.',
  password: 'Password',
  code: 'The app’s six digits',
  useCode: 'Use six digits',
  usePassword: 'Use the password',
  go: 'Go on',
  sending: 'Sending…',
  asks: '{name} asks to help for 60 minutes',
  asksHow: 'A helper prepares products and practises with you, and sees no buyer and no order.',
  yes: 'Yes',
  no: 'No',
  helps: '{name} is helping, {m} min left',
  stop: 'Stop',
  youHelp: 'You are helping {shop}, {m} min left',
  leave: 'Leave',
  cannot: 'Your role ({role}) does not include this.',
  cannotSell: 'Your role ({role}) looks on here, and neither pins nor changes products.',
  closed: 'This console is shut',
  shutHelper: 'A helper sees no real orders. Press Practise on the page of sessions to practise together.',
  shutHelperWay: 'Sessions',
  shut: 'You can no longer open this console: the owner changed your role, or the time to help is over.',
  noConsole: 'At {shop} you are: {role}. Counts and asking to help are on the page',
  shutWays: 'Go to another shop, or sign in by another name:',
  shops: 'People and devices',
  signOut: 'Sign out',
  signedOut: 'This device is signed out.',
  signIn: 'Sign in again',
}

const isVi = lang() === 'vi'

/** In the language of this page. */
export const words: WhoWords = isVi ? vi : en

const NAMES: Record<Role | Duty, [string, string]> = {
  owner: ['chủ cửa hàng', 'owner'],
  host: ['người bán', 'host'],
  clerk: ['nhân viên chốt đơn', 'order staff'],
  packer: ['người đóng gói', 'packer'],
  watcher: ['người xem', 'watcher'],
  helper: ['người giúp cài đặt', 'helper'],
  assistant: ['người đang giúp', 'helper at work'],
  operator: ['người vận hành máy chủ', 'operator'],
  none: ['người của cửa hàng', 'shop people'],
}

/** What somebody is called in a role, or in a duty for the installation. */
export function roleName(role: Role | Duty): string {
  return NAMES[role][isVi ? 0 : 1]
}

/** Why somebody in this role may not. */
export function cannot(role: Role | undefined): string {
  return fill(words.cannot, { role: roleName(role ?? 'none') })
}

const WHY: Record<string, [string, string]> = {
  proof_needed: ['Chưa xác nhận nên chưa làm gì cả.', 'Nothing was done, for it was not you who confirmed it.'],
  wrong_proof: ['Mật khẩu hoặc mã chưa đúng. Thử lại.', 'The password or the code is wrong. Try again.'],
  rate_limited: ['Thử nhiều lần quá. Đợi một phút rồi thử lại.', 'Too many tries. Wait a minute and try again.'],
  forbidden: ['Vai trò của bạn không làm được việc này. Hỏi chủ cửa hàng.', 'Your role does not include this. Ask the owner.'],
  no_shop: ['Bạn chưa thuộc cửa hàng nào ở đây.', 'You belong to no shop here yet.'],
  unauthorized: ['Máy này đã được đăng xuất.', 'This device is signed out.'],
  last_owner: ['Cửa hàng phải còn ít nhất một chủ. Cho người khác làm chủ trước.', 'A shop keeps at least one owner. Make somebody else an owner first.'],
  unknown_person: ['Người hay máy này không còn ở đây nữa.', 'This person or device is not here any more.'],
  unknown_shop: ['Bạn không còn ở cửa hàng này.', 'You no longer belong to this shop.'],
  bad_password: ['Mật khẩu cần từ 8 đến 128 ký tự.', 'A password has 8 to 128 characters.'],
  nothing_drawn: ['Mã QR này đã cũ. Bật lại từ đầu.', 'This QR is over. Begin again.'],
  not_on_the_network: ['Máy chủ này chỉ mở trên máy này: chạy lại với --lan.', 'This server listens on this machine only: start it with --lan.'],
  no_answer: ['Chưa tới được máy chủ. Xem lại mạng rồi thử lại.', 'The server was not reached. Check the network and try again.'],
}

/** What an error means to somebody who did not write it; empty for one that has no words here. */
export function why(code: string): string {
  return WHY[code]?.[isVi ? 0 : 1] ?? ''
}

