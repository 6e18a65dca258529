/// How the letters of a group of languages sound, roughly: enough to tell which names are easily taken for each
/// other, not to speak them.
///
/// A sound is one ASCII letter: vowels `a e i o u`, consonants `p b t d k g f v s z S Z C J T m n l r h w y x`
/// (`S` as in "shoe", `Z` "measure", `C` "chair", `J` "jam", `T` "thin", `x` "loch"). The rules are our own.
struct SoundRules: Sendable {
    /// What letters sound like, the longest key that fits first. `^` stands for the beginning of a word, `$` for its end.
    private let sounds: [UInt128: [UInt32]]
    /// Letters of the longest key. A key packs 21 bits for each.
    private let keyLengthMax: Int
    private static let keyLengthLimit = 6

    private init(_ text: String) {
        var sounds: [UInt128: [UInt32]] = [:]
        var longest = 1
        for rule in (Self.common + " " + text).split(whereSeparator: \.isWhitespace) {
            let parts = rule.split(separator: "=", omittingEmptySubsequences: false)
            let key = parts[0].unicodeScalars
            precondition(key.count <= Self.keyLengthLimit)
            longest = max(longest, key.count)
            sounds[key.reduce(0) { Self.packed($0, $1) }] = parts[1].unicodeScalars.map(\.value)
        }
        (self.sounds, keyLengthMax) = (sounds, longest)
    }

    private static func packed(_ key: UInt128, _ letter: Unicode.Scalar) -> UInt128 {
        key << 21 | UInt128(letter.value)
    }

    /// The sounds of `words`, at most 64. Letters without a rule, such as ideographs, sound like nothing else.
    func sounds(of words: some StringProtocol) -> [UInt32] {
        var sounds: [UInt32] = []
        for word in words.lowercased().split(whereSeparator: { $0.isWhitespace || $0 == "-" || $0 == "_" }) {
            let letters = Array("^\(word)$".unicodeScalars)
            var position = 0
            while position < letters.count, sounds.count < 64 {
                position += read(letters, at: position, into: &sounds)
            }
        }
        return sounds
    }

    private func read(_ letters: [Unicode.Scalar], at position: Int, into sounds: inout [UInt32]) -> Int {
        var (key, best): (UInt128, (length: Int, sounds: [UInt32])?) = (0, nil)
        for length in 1...min(keyLengthMax, letters.count - position) {
            key = Self.packed(key, letters[position + length - 1])
            if let found = self.sounds[key] { best = (length, found) }
        }
        if let (length, found) = best {
            // A doubled letter is one sound.
            for sound in found where sounds.last != sound { sounds.append(sound) }
            // The end of the word may belong to the next key too.
            return length > 1 && letters[position + length - 1] == "$" ? length - 1 : length
        }
        let letter = letters[position]
        if letter.properties.isAlphabetic || letter.properties.numericType != nil {
            sounds.append(letter.value)
        }
        return 1
    }

    /// The rules for `language` ("de", "pt-BR").
    static func of(_ language: String) -> SoundRules {
        switch language.split(separator: "-").first.map(String.init) ?? "" {
        case "en": english
        case "de", "lb": german
        case "nl", "af": dutch
        case "sv", "da", "nb", "nn", "no", "is", "fi", "et": nordic
        case "fr": french
        case "es", "ca", "gl", "eu", "it", "pt", "ro": southern
        case "cs", "sk", "pl", "hr", "sl", "sr", "bs", "hu", "lt", "lv": western
        case "ru", "uk", "bg", "mk", "mn", "kk": cyrillic
        case "el": greek
        default: plain
        }
    }

    private static let common = """
        a=a b=b c=k d=d e=e f=f g=g h=h i=i j=y k=k l=l m=m n=n o=o p=p q=k r=r s=s t=t u=u v=v w=v x=ks y=i z=z
        á=a à=a â=a ã=a å=o ā=a ă=a ą=a ä=e æ=e é=e è=e ê=e ë=e ē=e ę=e ė=e ě=e í=i ì=i î=i ï=i ī=i ı=i ó=o ò=o
        ô=o õ=o ō=o ő=o ö=e ø=e œ=e ú=u ù=u û=u ū=u ů=u ű=u ü=i ý=i ÿ=i ç=s ñ=ny ß=s ph=f qu=kv '= ’=
        """
    private static let plain = SoundRules("")
    private static let english = SoundRules(
        """
        ch=C tch=C sch=sk sh=S th=T ph=f gh= ght=t kn=n wr=r wh=w ck=k ce=se ci=si cy=si qu=kw ^x=z j=J ge$=J dge=J
        gi=Ji w=w oo=u ee=i ea=i ou=au ow=au igh=ai ai=e ay=e ey=i y=i ^y=y e$= es$=s tion=Sn sion=Zn sure=Zr ture=Cr
        mb$=m ie$=i le$=l re$=r aw=o au=o
        """)
    private static let german = SoundRules(
        """
        sch=S tsch=C ch=x chs=ks ^st=St ^sp=Sp z=ts tz=ts ck=k ie=i ei=ai ey=ai eu=oi äu=oi ah=a eh=e ih=i oh=o uh=u
        äh=e öh=e üh=i v=f w=v th=t y=i qu=kv ^c=k dt=t d$=t b$=p g$=k er$=a s=z ss=s ß=s s$=s j=y
        """)
    private static let dutch = SoundRules(
        """
        sch=sx ch=x g=x ij=ai ei=ai ui=au oe=u ie=i eu=e aa=a ee=e oo=o uu=i ou=au au=au v=f z=s w=v y=i j=y tj=C
        d$=t b$=p dt=t th=t qu=kv en$=e
        """)
    private static let nordic = SoundRules(
        """
        sj=S skj=S sk=sk stj=S tj=S kj=x ck=k å=o ä=e ö=e aa=o y=i j=y hv=v gn=n d$=d th=t qu=kv w=v z=s
        """)
    private static let french = SoundRules(
        """
        ch=S ph=f qu=k gu=g ge=Z gi=Z gé=Z j=Z ce=s ci=si cé=se ç=s eau=o au=o ou=u oi=ua ai=e ei=e eu=e œu=e eux$=e
        an=an en=an on=on in=en gn=ny ill=iy ille$=iy h= e$= es$= ent$=an t$= d$= s$= x$= p$= er$=e et$=e ez$=e th=t
        """)
    private static let southern = SoundRules(
        """
        ch=C cch=k ce=se ci=si ge=xe gi=xi gue=ge gui=gi que=ke qui=ki ll=y lh=ly nh=ny gn=ny gli=li sci=Si sce=Se
        j=x h= ñ=ny ny=ny v=b z=s x=ks ix=S ção=saun ç=s rr=r ș=S ş=S ț=ts ţ=ts
        """)
    private static let western = SoundRules(
        """
        ch=x cz=C č=C ć=C c=ts sz=S š=S ś=S ż=Z ž=Z ź=Z rz=Z ř=Z dz=z dž=J ł=w w=v j=y ň=ny ń=ny ď=d ť=t ľ=l ó=u y=i
        cs=C zs=Z gy=dy ny=ny ty=ty ly=y sh=S
        """)
    private static let cyrillic = SoundRules(
        """
        а=a б=b в=v г=g ґ=g д=d е=e ё=o є=e ж=Z з=z и=i і=i ї=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=x
        ц=ts ч=C ш=S щ=S ъ= ы=i ь= э=e ю=u я=a о$=a б$=p д$=t г$=k в$=f з$=s ж$=S
        """)
    private static let greek = SoundRules(
        """
        α=a ά=a β=v γ=g δ=d ε=e έ=e ζ=z η=i ή=i θ=T ι=i ί=i ϊ=i ΐ=i κ=k λ=l μ=m ν=n ξ=ks ο=o ό=o π=p ρ=r σ=s ς=s τ=t
        υ=i ύ=i φ=f χ=x ψ=ps ω=o ώ=o ου=u ού=u ει=i εί=i οι=i οί=i αι=e αί=e μπ=b ντ=d γκ=g τζ=J τσ=C αυ=av ευ=ev
        """)
}
