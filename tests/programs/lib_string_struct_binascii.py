"""string, struct, binascii, base64, textwrap, hashlib, zlib's checksums."""

import base64
import binascii
import hashlib
import string
import struct
import textwrap
import zlib

print(string.ascii_letters, string.digits, string.punctuation, repr(string.whitespace), string.capwords("hello  world"), string.Template("$a ${b} $$").substitute(a=1, b=2), string.Template("$x $y").safe_substitute(x=1), string.Formatter().format("{0} {a!r:>5}", 1, a="x"), list(string.Formatter().parse("a{b!r:c}d")))
for call in (lambda: string.Template("$x").substitute(), lambda: string.Template("$1").substitute(), lambda: string.Formatter().format("{}")):
    try:
        print(call())
    except (KeyError, ValueError, IndexError) as error:
        print(type(error).__name__, error)
print(struct.pack("<bBhHiIqQ", -1, 255, -2, 65535, -3, 2**32 - 1, -4, 2**64 - 1), struct.pack(">fd", 1.5, -2.5), struct.pack("3s5pc?x", b"abcd", b"xyz", b"c", True), struct.calcsize("bi"), struct.calcsize("<bi"), struct.unpack("<hh", b"\x01\x00\xff\xff"), struct.unpack_from(">I", b"xx\x00\x00\x01\x00", 2), list(struct.iter_unpack("<H", b"\1\0\2\0")), struct.pack("2i", 1, 2), struct.pack("e", 1.5), struct.unpack("<3s", b"abc"), struct.Struct("<I").size, struct.pack("0s", b""), struct.pack("!H", 258), struct.pack("=l", 5))
for call in (lambda: struct.pack("b", 128), lambda: struct.pack("B", -1), lambda: struct.pack("i", "x"), lambda: struct.pack("i"), lambda: struct.unpack("i", b"abc"), lambda: struct.pack("z", 1), lambda: struct.pack("f", 1e300), lambda: struct.pack("s", "x"), lambda: struct.pack("c", b"xy"), lambda: struct.unpack_from("i", b"abcd", 1), lambda: struct.pack("<Q", 2**64), lambda: struct.pack("e", 1e10), lambda: struct.pack("5", 1), lambda: struct.pack("h", 1.5)):
    try:
        print(call())
    except (struct.error, OverflowError, TypeError) as error:
        print(type(error).__name__, error)
buffer = bytearray(8)
struct.pack_into("<hh", buffer, 2, 1, 2)
print(buffer, binascii.hexlify(b"\x00\xff"), binascii.unhexlify("00fF"), binascii.b2a_base64(b"abc"), binascii.a2b_base64("YWJj"), binascii.crc32(b"hello"), zlib.crc32(b"hello", 5), zlib.adler32(b"hello"), binascii.crc_hqx(b"x", 0), binascii.b2a_qp(b"a=b\xff"), binascii.a2b_hex("0a"), binascii.hexlify(b"abcd", "-", 2))
for call in (lambda: binascii.unhexlify("0"), lambda: binascii.unhexlify("zz"), lambda: binascii.a2b_base64("a"), lambda: binascii.hexlify("x"), lambda: base64.b64decode("a!", validate=True), lambda: base64.b32decode("1"), lambda: base64.b64encode("x")):
    try:
        print(call())
    except (binascii.Error, TypeError, ValueError) as error:
        print(type(error).__name__, error)
print(base64.b64encode(b"\xfb\xff\x00"), base64.urlsafe_b64encode(b"\xfb\xff"), base64.b64decode("+/8="), base64.b32encode(b"hi"), base64.b16encode(b"hi"), base64.b85encode(b"hello"), base64.a85encode(b"hello"), base64.b85decode(b"Xk~0{Zv"), base64.encodebytes(b"x" * 60))
print(hashlib.md5(b"abc").hexdigest(), hashlib.sha1(b"abc").hexdigest(), hashlib.sha256(b"abc").hexdigest(), hashlib.sha512(b"").hexdigest()[:32], hashlib.sha224(b"x").digest_size, hashlib.sha384(b"x").block_size, hashlib.new("sha256", b"abc").hexdigest()[:8], hashlib.sha3_256(b"abc").hexdigest()[:16])
h = hashlib.sha256()
for i in range(500):
    h.update(b"%d" % i)
c = h.copy()
c.update(b"more")
print(h.hexdigest()[:16], c.hexdigest()[:16], h.name, hashlib.md5(b"x" * 10000).hexdigest())
try:
    hashlib.new("nonsense")
except ValueError as error:
    print(error)
text = "The quick brown fox jumps over the lazy dog. " * 3
print(textwrap.fill(text, 30), textwrap.shorten(text, 25), textwrap.dedent("  a\n    b\n"), textwrap.indent("a\n\nb", "> "), textwrap.wrap("aaa bbb-ccc ddd", 5), sep="\n")
