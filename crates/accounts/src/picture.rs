//! Pictures: what a phone took becomes two small JPEGs that say nothing of who, where and when.
//!
//! ```text
//! bytes ─▶ kind, size (refused unread) ─▶ pixels ─▶ small, upright, on white ─▶ photo, thumbnail
//! ```
//!
//! What is kept is written anew from the pixels, so nothing else of the file comes along: no
//! place, no time, no name of a camera.

use domain::limits::{
    PHOTO_BYTES_MAX, PHOTO_MEMORY_BYTES_MAX, PHOTO_PIXELS, PHOTO_SENT_BYTES_MAX,
    PHOTO_SENT_PIXELS_MAX, THUMB_BYTES_MAX, THUMB_PIXELS,
};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Rgb, RgbImage,
};
use std::fmt;
use std::io::Cursor;

/// How finely a picture is encoded, the finest first.
const QUALITIES: [u8; 6] = [84, 76, 68, 60, 50, 40];

/// A picture that was read, as it will be kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// A JPEG of at most [`PHOTO_PIXELS`] and [`PHOTO_BYTES_MAX`].
    pub(crate) photo: Vec<u8>,
    /// A JPEG of at most [`THUMB_PIXELS`] and [`THUMB_BYTES_MAX`].
    pub(crate) thumb: Vec<u8>,
}

/// Why a picture is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PictureError {
    /// Over [`PHOTO_SENT_BYTES_MAX`].
    #[error(
        "A photo has at most {} MiB: send a smaller copy of it.",
        PHOTO_SENT_BYTES_MAX / (1024 * 1024)
    )]
    TooLarge,
    /// Over [`PHOTO_SENT_PIXELS_MAX`], or deeper than [`PHOTO_MEMORY_BYTES_MAX`] allows.
    #[error(
        "A photo has at most {} million pixels: take it at the camera's usual size, or send a \
         smaller copy of it.",
        PHOTO_SENT_PIXELS_MAX / 1_000_000
    )]
    TooManyPixels,
    /// What iPhones write unless told otherwise.
    #[error(
        "HEIC cannot be read: choose Settings, Camera, Formats, Most Compatible on the iPhone, or \
         send a screenshot of the photo. JPEG, PNG and WebP can be read."
    )]
    Heic,
    /// None of the kinds that are read.
    #[error("This is no JPEG, PNG or WebP picture: these three can be read.")]
    Unknown,
    /// One of them, but damaged.
    #[error("The picture is damaged: take it again, or send another JPEG, PNG or WebP.")]
    Damaged,
}

impl PictureError {
    /// The stable code of the answer.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "photo_too_large",
            Self::TooManyPixels => "photo_too_many_pixels",
            Self::Heic | Self::Unknown | Self::Damaged => "photo_unreadable",
        }
    }
}

impl Picture {
    /// Reads what was sent, whatever it was said to be. Takes up to a second of a processor.
    ///
    /// # Errors
    /// See [`PictureError`]; size and pixels are judged before a pixel is read.
    pub fn read(sent: &[u8]) -> Result<Self, PictureError> {
        if sent.len() > PHOTO_SENT_BYTES_MAX {
            return Err(PictureError::TooLarge);
        }
        let small = scaled(&pixels(sent)?, PHOTO_PIXELS);
        let photo = encode(&small, PHOTO_PIXELS, PHOTO_BYTES_MAX);
        let thumb = encode(&small, THUMB_PIXELS, THUMB_BYTES_MAX);
        Ok(Self { photo, thumb })
    }
}

/// Without the bytes.
impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({} and {} bytes)", self.photo.len(), self.thumb.len())
    }
}

/// The picture, upright, at most four times as long as what is kept.
fn pixels(sent: &[u8]) -> Result<RgbImage, PictureError> {
    let mut decoder = decoder(sent)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PHOTO_SENT_PIXELS_MAX
        || decoder.total_bytes() > PHOTO_MEMORY_BYTES_MAX
    {
        return Err(PictureError::TooManyPixels);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(refused)?;
    if width.max(height) > 4 * PHOTO_PIXELS {
        // A mean of whole pixels is quick, and fine enough where it is made smaller once more.
        image = image.thumbnail(2 * PHOTO_PIXELS, 2 * PHOTO_PIXELS);
    }
    image.apply_orientation(orientation);
    Ok(on_white(&image))
}

/// What knows the size of the picture, and has not read it yet.
fn decoder(sent: &[u8]) -> Result<impl ImageDecoder, PictureError> {
    let format = image::guess_format(sent).ok();
    let known = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP];
    let Some(format) = format.filter(|format| known.contains(format)) else {
        return Err(if is_heic(sent) { PictureError::Heic } else { PictureError::Unknown });
    };
    let mut reader = ImageReader::with_format(Cursor::new(sent), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(PHOTO_MEMORY_BYTES_MAX);
    reader.limits(limits);
    reader.into_decoder().map_err(refused)
}

/// A box `ftyp` of one of the brands that phones write.
fn is_heic(sent: &[u8]) -> bool {
    const BRANDS: [&[u8]; 8] =
        [b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"];
    sent.get(4..8) == Some(b"ftyp") && sent.get(8..12).is_some_and(|brand| BRANDS.contains(&brand))
}

fn refused(error: ImageError) -> PictureError {
    match error {
        ImageError::Limits(_) => PictureError::TooManyPixels,
        ImageError::Decoding(_)
        | ImageError::Encoding(_)
        | ImageError::Parameter(_)
        | ImageError::Unsupported(_)
        | ImageError::IoError(_) => PictureError::Damaged,
    }
}

/// What can be seen through becomes white, as paper is.
fn on_white(image: &DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.to_rgb8();
    }
    let seen = image.to_rgba8();
    RgbImage::from_fn(seen.width(), seen.height(), |x, y| {
        let [r, g, b, alpha] = seen.get_pixel(x, y).0.map(u16::from);
        let over = |channel: u16| ((channel * alpha + 255 * (255 - alpha)) / 255) as u8;
        Rgb([over(r), over(g), over(b)])
    })
}

/// As fine as fits into so many bytes; what does not fit at all is made smaller.
fn encode(image: &RgbImage, pixels: u32, bytes_max: usize) -> Vec<u8> {
    let mut side = pixels;
    loop {
        let small = scaled(image, side);
        let tries = QUALITIES.into_iter().map(|quality| jpeg(&small, quality));
        if let Some(fits) = tries.into_iter().find(|jpeg| jpeg.len() <= bytes_max) {
            return fits;
        }
        assert!(side > 8, "a picture of eight by eight pixels takes less than a kilobyte");
        side = side * 3 / 4;
    }
}

/// At most so many pixels on its longer side; a smaller one stays as it is.
fn scaled(image: &RgbImage, side: u32) -> RgbImage {
    let (width, height) = image.dimensions();
    let longer = width.max(height);
    if longer <= side {
        return image.clone();
    }
    let of = |length: u32| {
        let scaled = u64::from(length) * u64::from(side) / u64::from(longer);
        u32::try_from(scaled).expect("shorter than it was").max(1)
    };
    image::imageops::resize(image, of(width), of(height), FilterType::CatmullRom)
}

fn jpeg(image: &RgbImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let written = JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(image);
    written.expect("a picture of this size is written into memory");
    bytes
}
