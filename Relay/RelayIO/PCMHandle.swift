import CALSA
import Glibc

/// Owns one open ALSA device: 16 kHz, 16 bits, interleaved, prepared. Non-blocking, so nothing waits unbounded.
struct PCMHandle: ~Copyable {
    let pcm: OpaquePointer
    let settings: SoundDeviceSettings
    let direction: SoundDirection

    /// Opens, configures and, for capture, starts; see ``SoundDeviceError/Problem`` for what can go wrong.
    init(_ settings: SoundDeviceSettings, _ direction: SoundDirection) throws(SoundDeviceError) {
        pcm = try Self.open(settings, direction)
        (self.settings, self.direction) = (settings, direction)
        // ALSA keeps its whole parsed configuration, over a megabyte; opening again parses it again.
        snd_config_update_free_global()
    }

    deinit { snd_pcm_close(pcm) }

    /// The error for a failed call, noticing that the device is gone whatever the code says.
    func error(_ step: SoundDeviceError.Step, _ code: Int32) -> SoundDeviceError {
        let isGone = snd_pcm_state(pcm) == SND_PCM_STATE_DISCONNECTED
        return SoundDeviceError(settings, direction, step, code: isGone ? -ENODEV : code)
    }

    /// Makes the device ready again after an xrun or a suspend. Other codes are thrown.
    func recover(_ step: SoundDeviceError.Step, _ code: Int32) throws(SoundDeviceError) {
        guard code == -EPIPE || code == -ESTRPIPE else { throw error(step, code) }
        // After a suspend a resume may succeed; preparing always does, and the sound is lost either way.
        let result = snd_pcm_prepare(pcm)
        guard result >= 0 else { throw error(step, result) }
    }

    private static func open(
        _ settings: SoundDeviceSettings, _ direction: SoundDirection
    ) throws(SoundDeviceError) -> OpaquePointer {
        let stream = direction == .capture ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK
        var opened: OpaquePointer?
        // Non-blocking also means that a busy device says so instead of waiting.
        let code = snd_pcm_open(&opened, settings.name, stream, SND_PCM_NONBLOCK)
        guard code >= 0, let pcm = opened else {
            throw SoundDeviceError(settings, direction, .open, code: code)
        }
        do throws(SoundDeviceError) {
            // External plugins learn of the mode only this way.
            snd_pcm_nonblock(pcm, 1)
            try setHardware(pcm, settings, direction)
            try setSoftware(pcm, settings, direction)
            if direction == .capture {
                let code = snd_pcm_start(pcm)
                if code < 0 { throw SoundDeviceError(settings, direction, .start, code: code) }
            }
        } catch {
            snd_pcm_close(pcm)
            throw error
        }
        return pcm
    }

    private static func setHardware(
        _ pcm: OpaquePointer, _ settings: SoundDeviceSettings, _ direction: SoundDirection
    ) throws(SoundDeviceError) {
        let fail = { (problem: SoundDeviceError.Problem) in
            SoundDeviceError(settings: settings, direction: direction, problem: problem)
        }
        let check = { (code: Int32) throws(SoundDeviceError) in
            if code < 0 { throw SoundDeviceError(settings, direction, .configure, code: code) }
        }
        var room: OpaquePointer?
        try check(snd_pcm_hw_params_malloc(&room))
        guard let wanted = room else { throw fail(.failed(.configure, code: ENOMEM)) }
        defer { snd_pcm_hw_params_free(wanted) }

        try check(snd_pcm_hw_params_any(pcm, wanted))
        var (lowest, highest): (UInt32, UInt32) = (0, 0)
        // A device behind its own converter must do the work at our rate; one without has none to turn off.
        if snd_pcm_hw_params_set_rate(pcm, wanted, UInt32(SoundDeviceSettings.rate), 0) < 0 {
            snd_pcm_hw_params_get_rate_min(wanted, &lowest, nil)
            snd_pcm_hw_params_get_rate_max(wanted, &highest, nil)
            throw fail(.rateNotOffered(lowest: lowest, highest: highest))
        }
        if snd_pcm_hw_params_set_channels(pcm, wanted, UInt32(settings.channelCount)) < 0 {
            snd_pcm_hw_params_get_channels_min(wanted, &lowest)
            snd_pcm_hw_params_get_channels_max(wanted, &highest)
            throw fail(.channelCountNotOffered(lowest: lowest, highest: highest))
        }
        if snd_pcm_hw_params_set_access(pcm, wanted, SND_PCM_ACCESS_RW_INTERLEAVED) < 0
            || snd_pcm_hw_params_set_format(pcm, wanted, SND_PCM_FORMAT_S16_LE) < 0
        {
            throw fail(.formatNotOffered)
        }
        // Near is enough for these two: blocks are counted in frames, not in the device's periods.
        var period = snd_pcm_uframes_t(SoundDeviceSettings.periodFrameCount)
        try check(snd_pcm_hw_params_set_period_size_near(pcm, wanted, &period, nil))
        var buffer = snd_pcm_uframes_t(SoundDeviceSettings.periodFrameCount * settings.bufferPeriods)
        try check(snd_pcm_hw_params_set_buffer_size_near(pcm, wanted, &buffer))
        try check(snd_pcm_hw_params(pcm, wanted))
    }

    private static func setSoftware(
        _ pcm: OpaquePointer, _ settings: SoundDeviceSettings, _ direction: SoundDirection
    ) throws(SoundDeviceError) {
        let check = { (code: Int32) throws(SoundDeviceError) in
            if code < 0 { throw SoundDeviceError(settings, direction, .configure, code: code) }
        }
        var room: OpaquePointer?
        try check(snd_pcm_sw_params_malloc(&room))
        guard let wanted = room else {
            throw SoundDeviceError(settings, direction, .configure, code: -ENOMEM)
        }
        defer { snd_pcm_sw_params_free(wanted) }

        let period = snd_pcm_uframes_t(SoundDeviceSettings.periodFrameCount)
        try check(snd_pcm_sw_params_current(pcm, wanted))
        try check(snd_pcm_sw_params_set_avail_min(pcm, wanted, period))
        // Playback starts by itself once two periods wait; capture is started by hand.
        try check(snd_pcm_sw_params_set_start_threshold(pcm, wanted, period * 2))
        try check(snd_pcm_sw_params(pcm, wanted))
    }
}
