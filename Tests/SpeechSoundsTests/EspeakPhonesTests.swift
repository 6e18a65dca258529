import SpeechSounds
import Testing

struct EspeakPhonesTests {
    @Test func `stress marks go and every mnemonic becomes its phones`() {
        #expect(EspeakPhones.arpabet("T_'3:_m_@_s_t_,a_t") == "TH ER M AH S T AE T")
        #expect(EspeakPhones.arpabet("l_'oU_k_@") == "L OW K AH")
        #expect(EspeakPhones.arpabet(" t_w_'E_n_t2_i w_'V_n") == "T W EH N T IY W AH N")
        #expect(EspeakPhones.arpabet("r_'eI_k_dZ_a#_v_,I_k") == "R EY K JH AH V IH K")
        #expect(EspeakPhones.arpabet("aI_k_'i:_;_@") == "AY K IY AH")
    }

    @Test func `a sound that is not English gives nothing`() {
        #expect(EspeakPhones.arpabet("b_'Y~_x9") == nil)
        #expect(EspeakPhones.arpabet("") == nil)
        #expect(EspeakPhones.arpabet("'_,_") == nil)
    }

    @Test func `a word of more than sixty phones is none`() {
        let syllables = { (count: Int) in Array(repeating: "t_a", count: count).joined(separator: "_") }
        #expect(EspeakPhones.arpabet(syllables(30)) != nil)
        #expect(EspeakPhones.arpabet(syllables(31)) == nil)
    }
}
