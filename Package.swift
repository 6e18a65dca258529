// swift-tools-version: 6.2
import PackageDescription

// Every target, where it lives and what it may import. Imports go down only: see ARCHITECTURE.md, "Layers".

let flags: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// Signal processing is optimised in debug builds too: unoptimised it does not keep up with the sound.
let fast: [SwiftSetting] = flags + [.unsafeFlags(["-O"], .when(configuration: .debug))]

func module(
    _ folder: String, _ name: String, _ dependencies: [Target.Dependency] = [], links: [String] = [],
    settings: [SwiftSetting] = flags
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "\(folder)/\(name)", swiftSettings: settings,
        linkerSettings: links.map { .linkedLibrary($0) })
}

func program(_ folder: String, _ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "\(folder)/\(name)", swiftSettings: flags)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["LoqaTestKit"], path: "Tests/\(name)", swiftSettings: flags)
}

func system(_ folder: String, _ name: String, pkgConfig: String? = nil, apt: String) -> Target {
    .systemLibrary(
        name: name, path: "\(folder)/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]
let http: [Target.Dependency] = [
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
    .product(name: "NIOTLS", package: "swift-nio"),
]
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let yaml: Target.Dependency = .product(name: "Yams", package: "Yams")

let shared: [Target] = [
    module("Protocol", "LoqaBase", links: ["m"]),
    module("Protocol", "LoqaSettings"),
    module("Protocol", "LoqaWire", ["LoqaBase"]),
    module("Protocol", "LoqaCrypto", ["CSodium", "LoqaBase"]),
    module("Protocol", "LoqaLink", ["LoqaBase", "LoqaCrypto", "LoqaWire"]),
    module("Protocol", "LoqaAudio", ["LoqaBase", "COpus"]),
    module("Protocol", "LoqaSystem", ["CLinux", "LoqaBase"]),
    module("Protocol", "LoqaSphinx", ["CLinux", "CPocketSphinx"]),
    module("Protocol", "LoqaWake", ["LoqaAudio", "LoqaBase"], settings: fast),
    module("Protocol", "LoqaJSON", ["CJansson"]),
    module("Protocol", "LoqaModels", ["LoqaJSON", "LoqaSystem", "LoqaWake"]),
    system("Protocol", "CLinux", apt: "libc6-dev"),
    system("Protocol", "CSodium", pkgConfig: "libsodium", apt: "libsodium-dev"),
    system("Protocol", "COpus", pkgConfig: "opus", apt: "libopus-dev"),
    system("Protocol", "CJansson", pkgConfig: "jansson", apt: "libjansson-dev"),
    system("Protocol", "CPocketSphinx", pkgConfig: "pocketsphinx", apt: "libpocketsphinx-dev"),
]

let relay: [Target] = [
    module("Relay", "RelayCore", ["LoqaBase", "LoqaWire", "LoqaLink"]),
    module("Relay", "RelayAudio", ["LoqaBase", "LoqaAudio", "RelayDSP"], settings: fast),
    module("Relay", "RelayDSP", ["CSpeexDSP", "LoqaBase"], settings: fast),
    module("Relay", "RelayBoard", ["LoqaJSON", "LoqaSystem", "RelayAudio", "RelayDSP", "RelayRing"]),
    module("Relay", "RelayRing", ["LoqaBase"]),
    module("Relay", "RelayLights", ["CGPIO", "CLinux", "LoqaBase", "RelayRing"]),
    module(
        "Relay", "RelayIO",
        [
            "CALSA", "LoqaAudio", "LoqaBase", "LoqaCrypto", "LoqaLink", "LoqaModels", "LoqaSystem",
            "LoqaWake",
            "LoqaWire", "RelayAudio", "RelayCore", "RelayDSP",
        ]),
    program(
        "Relay", "loqa-relay",
        [
            "LoqaAudio", "LoqaBase", "LoqaCrypto", "LoqaLink", "LoqaSettings", "LoqaSystem", "LoqaWire",
            "LoqaModels", "LoqaWake", "RelayAudio", "RelayBoard", "RelayCore", "RelayDSP", "RelayIO",
            "RelayLights",
            "RelayRing",
        ]),
    program("Relay", "loqa-mask", ["LoqaSystem", "RelayDSP"]),
    program(
        "Relay", "loqa-wake",
        ["LoqaBase", "LoqaSettings", "LoqaSystem", "LoqaModels", "LoqaWake"]),
    program(
        "Relay", "loqa-wake-pocketsphinx",
        ["LoqaBase", "LoqaSettings", "LoqaSphinx", "LoqaSystem", "LoqaWake"]),
    system("Relay", "CALSA", pkgConfig: "alsa", apt: "libasound2-dev"),
    system("Relay", "CGPIO", pkgConfig: "libgpiod", apt: "libgpiod-dev"),
    system("Relay", "CSpeexDSP", pkgConfig: "speexdsp", apt: "libspeexdsp-dev"),
]

let hub: [Target] = [
    module("Hub", "HubCore", ["LoqaBase", "LoqaCrypto", "LoqaLink", "LoqaWire"]),
    module("Hub", "HubUnderstanding", ["LoqaBase"]),
    module("Hub", "HubAnswers", links: ["m"]),
    module("Hub", "HubDialogue", ["HubAnswers", "HubLanguage", "LoqaBase"]),
    module("Hub", "HubGrammar", ["HubLanguage"]),
    module("Hub", "HubFallback", ["HubAnswers", "HubDialogue", "LoqaBase"]),
    module(
        "Hub", "HubChat", ["HubDialogue", "HubFallback", "LoqaBase", "LoqaSystem", logging] + nio + http),
    module("Hub", "HubLanguage"),
    module("Hub", "HubPacks", ["CZlib", "HubDialogue", "HubLanguage", "LoqaSystem", yaml]),
    module("Hub", "HubSkills", ["HubAnswers", "HubDialogue", "HubUnderstanding", "LoqaBase"]),
    module(
        "Hub", "HubHome",
        ["HubCore", "HubSkills", "HubUnderstanding", "LoqaBase", "LoqaCrypto", "LoqaSystem", yaml]),
    module("Hub", "HubAdmin"),
    module(
        "Hub", "HubWake",
        ["HubCore", "LoqaBase", "LoqaCrypto", "LoqaModels", "LoqaSystem", "LoqaWake", "LoqaWire"]),
    module("Hub", "SpeechFrames"),
    module("Hub", "SpeechSounds"),
    module("Hub", "HubSpeech", ["LoqaAudio", "LoqaBase", "LoqaSystem", "LoqaWire", "SpeechFrames", logging]),
    module(
        "Hub", "HubServer",
        [
            "HubAdmin", "HubCore", "HubDialogue", "HubFallback", "HubGrammar", "HubSkills", "HubSpeech",
            "HubUnderstanding", "HubWake", "LoqaAudio", "LoqaBase", "LoqaCrypto", "LoqaLink", "LoqaSystem",
            "LoqaWire",
            logging,
        ] + nio),
    program(
        "Hub", "loqa-hub",
        [
            "HubAnswers", "HubChat", "HubCore", "HubDialogue", "HubFallback", "HubGrammar", "HubHome",
            "HubLanguage", "HubPacks", "HubServer",
            "HubSkills", "HubSpeech",
            "HubUnderstanding", "HubWake", "LoqaBase", "LoqaCrypto", "LoqaSettings", "LoqaSystem", "LoqaWire",
            logging,
        ] + nio),
    program("Hub", "loqa-speech", ["CFlite", "LoqaSphinx", "LoqaSystem", "SpeechFrames", "SpeechSounds"]),
    system("Hub", "CFlite", apt: "flite1-dev"),
    system("Hub", "CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
]

let boards: [Target] = [
    .target(
        name: "CVirtualBoard", path: "boards/virtual/CVirtualBoard",
        cSettings: [
            .define("PIC"), .unsafeFlags(["-Wall", "-Wextra", "-Werror", "-fvisibility=hidden"]),
        ],
        linkerSettings: [.linkedLibrary("asound")])
]

let toolPrograms: [Target] = [
    program("tools", "loqa-check", [arguments]),
    program("tools", "loqa-demo", [arguments]),
    program("tools", "loqa", [arguments, "HubAdmin"]),
    program(
        "tools", "loqa-bench",
        [
            "HubAdmin", "HubCore", "HubHome", "HubServer", "HubSkills", "HubSpeech", "LoqaAudio", "LoqaBase",
            "LoqaCrypto", "LoqaLink", "LoqaSystem", "LoqaWire", arguments, logging,
        ] + nio),
    program("tools", "loqa-loss", ["HubCore", "LoqaAudio", "LoqaBase", "LoqaLink", arguments]),
    program("tools", "loqa-impair", [arguments, "LoqaBase", "LoqaSystem"]),
    program("tools", "loqa-sim", [arguments, "HouseSim"]),
]

let testTargets: [Target] = [
    .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
    .target(
        name: "LoqaTestKit",
        dependencies: ["LoqaBase", "LoqaSystem"],
        path: "Tests/LoqaTestKit", swiftSettings: flags),
    .target(
        name: "HouseSim",
        dependencies: [
            "HubCore", "LoqaBase", "LoqaCrypto", "LoqaLink", "LoqaTestKit", "LoqaWire", "RelayCore",
        ],
        path: "Tests/HouseSim", swiftSettings: flags),
    tests("LoqaBaseTests", ["LoqaBase"]),
    tests("LoqaSettingsTests", ["LoqaSettings"]),
    tests("LoqaWireTests", ["LoqaBase", "LoqaSystem", "LoqaWire"]),
    tests("LoqaCryptoTests", ["CSodium", "LoqaBase", "LoqaCrypto"]),
    tests("LoqaLinkTests", ["LoqaBase", "LoqaCrypto", "LoqaLink", "LoqaWire"]),
    tests("LoqaAudioTests", ["LoqaAudio", "LoqaBase"]),
    tests("LoqaSystemTests", ["LoqaBase", "LoqaSystem"]),
    tests("RelayCoreTests", ["LoqaBase", "LoqaLink", "LoqaWire", "RelayCore"]),
    tests("RelayAudioTests", ["CAllocationCount", "LoqaAudio", "LoqaBase", "RelayAudio", "RelayDSP"]),
    tests("RelayBoardTests", ["RelayAudio", "RelayBoard", "RelayDSP", "RelayRing"]),
    tests("RelayDSPTests", ["CAllocationCount", "LoqaBase", "RelayDSP"]),
    tests("LoqaWakeTests", ["LoqaBase", "LoqaWake"]),
    tests("RelayRingTests", ["LoqaBase", "RelayRing"]),
    tests("RelayLightsTests", ["LoqaBase", "RelayLights", "RelayRing"]),
    tests("LoqaModelsTests", ["LoqaSystem", "LoqaModels", "LoqaWake"]),
    tests(
        "RelayIOTests",
        [
            "CVirtualBoard", "LoqaAudio", "LoqaBase", "LoqaCrypto", "LoqaLink", "LoqaSystem", "LoqaWire",
            "RelayAudio", "RelayCore", "RelayDSP", "RelayIO", "LoqaWake",
        ]),
    tests("HubCoreTests", ["HubCore", "LoqaBase", "LoqaCrypto", "LoqaLink", "LoqaWire"]),
    tests("HubUnderstandingTests", ["HubUnderstanding", "LoqaBase"]),
    tests("HubAnswersTests", ["HubAnswers"]),
    tests("HubDialogueTests", ["HubAnswers", "HubDialogue", "LoqaBase"]),
    tests("HubFallbackTests", ["HubAnswers", "HubDialogue", "HubFallback", "LoqaBase"]),
    tests(
        "HubChatTests",
        ["HubAnswers", "HubChat", "HubDialogue", "HubFallback", "LoqaBase", "LoqaSystem", logging] + nio),
    tests("HubLanguageTests", ["HubLanguage"]),
    tests("HubGrammarTests", ["HubGrammar", "HubLanguage"]),
    tests("SpeechSoundsTests", ["SpeechSounds"]),
    tests("HubPacksTests", ["HubLanguage", "HubPacks"]),
    tests("HubSentencesTests", ["HubAnswers", "HubDialogue", "HubLanguage", "HubPacks"]),
    tests(
        "HubSkillsTests",
        ["HubAnswers", "HubDialogue", "HubLanguage", "HubPacks", "HubSkills", "HubUnderstanding", "LoqaBase"]),
    tests(
        "HubHomeTests",
        [
            "HubCore", "HubHome", "HubSkills", "HubUnderstanding", "LoqaBase", "LoqaCrypto", "LoqaSystem",
        ]),
    tests(
        "HubSpeechTests",
        ["HubSpeech", "LoqaAudio", "LoqaBase", "LoqaSystem", "LoqaWire", "SpeechFrames", logging]),
    tests("HubWakeTests", ["HubCore", "HubWake", "LoqaModels", "LoqaSystem", "LoqaWake", "LoqaWire"]),
    tests(
        "HubServerTests",
        [
            "HubAdmin", "HubCore", "HubDialogue", "HubFallback", "HubGrammar", "HubHome", "HubServer",
            "HubSkills", "HubSpeech", "HubUnderstanding", "HubWake", "LoqaAudio", "LoqaBase", "LoqaCrypto",
            "LoqaLink",
            "LoqaSystem", "LoqaWire", logging,
        ] + nio),
    tests("HouseSimTests", ["HouseSim", "LoqaBase"]),
    tests("BenchTests", ["loqa-bench"]),
    tests("HubAdminTests", ["HubAdmin", "loqa"]),
    tests("ImpairTests", ["LoqaBase", "LoqaSystem", "loqa-impair"]),
    tests("HouseTests", ["loqa-check", "loqa-demo"]),
]

let package = Package(
    name: "loqa",
    products: [
        .executable(name: "loqa-relay", targets: ["loqa-relay"]),
        .executable(name: "loqa-hub", targets: ["loqa-hub"]),
        .executable(name: "loqa", targets: ["loqa"]),
        .executable(name: "loqa-demo", targets: ["loqa-demo"]),
        .library(name: "asound_module_pcm_loqa", type: .dynamic, targets: ["CVirtualBoard"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: shared + relay + hub + boards + toolPrograms + testTargets,
    swiftLanguageModes: [.v6]
)
