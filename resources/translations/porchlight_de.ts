<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>Added, but looks like {0} ({1})</source>
        <translation>Hinzugefügt, sieht aber aus wie {0} ({1})</translation>
    </message>
    <message>
        <source>No photo could be used for {0}; the reasons stand below.</source>
        <translation>Kein Foto war für {0} zu gebrauchen; die Gründe stehen darunter.</translation>
    </message>
    <message numerus="yes">
        <source>%n photos added to {0}</source>
        <translation>
            <numerusform>%n Foto zu {0} hinzugefügt</numerusform>
            <numerusform>%n Fotos zu {0} hinzugefügt</numerusform>
        </translation>
    </message>
    <message>
        <source>{0}, {1} set aside</source>
        <translation>{0}, {1} beiseite</translation>
    </message>
    <message numerus="yes">
        <source>%n photos set aside</source>
        <translation>
            <numerusform>%n Foto beiseitegelegt</numerusform>
            <numerusform>%n Fotos beiseitegelegt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photos of {0} taken back</source>
        <translation>
            <numerusform>%n Foto von {0} zurückgenommen</numerusform>
            <numerusform>%n Fotos von {0} zurückgenommen</numerusform>
        </translation>
    </message>
    <message>
        <source>Porchlight sees no face in it.</source>
        <translation>Porchlight sieht darin kein Gesicht.</translation>
    </message>
    <message>
        <source>None of these faces can be used; point at one to see why.</source>
        <translation>Keins dieser Gesichter ist zu gebrauchen; zeig auf eins, dann siehst du, warum.</translation>
    </message>
    <message>
        <source>Which one is {0}? Click the face, or choose it with the arrow keys and press Enter.</source>
        <translation>Welches ist {0}? Klick auf das Gesicht, oder wähl es mit den Pfeiltasten und drück die Eingabetaste.</translation>
    </message>
    <message>
        <source>Face {0} of {1}</source>
        <translation>Gesicht {0} von {1}</translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}: {1}</translation>
    </message>
    <message>
        <source>{0}: looks like {1}</source>
        <translation>{0}: sieht aus wie {1}</translation>
    </message>
    <message>
        <source>Too early to say</source>
        <translation>Das lässt sich noch nicht sagen</translation>
    </message>
    <message>
        <source>It works here, and can be made safer</source>
        <translation>Es klappt hier und geht noch sicherer</translation>
    </message>
    <message>
        <source>It works here</source>
        <translation>Es klappt hier</translation>
    </message>
    <message>
        <source>Somebody at your door looks like {0}</source>
        <translation>Jemand an deiner Tür sieht aus wie {0}</translation>
    </message>
    <message>
        <source>{0} and {1} are hard to tell apart</source>
        <translation>{0} und {1} sind schwer zu unterscheiden</translation>
    </message>
    <message>
        <source>No setting helps here. More sharp photos from different days do. Until then Porchlight often says that it is not sure, which is better than a wrong name.</source>
        <translation>Hier hilft keine Einstellung, aber mehr scharfe Fotos von verschiedenen Tagen. Bis dahin sagt Porchlight oft, dass es nicht sicher ist: Das ist besser als ein falscher Name.</translation>
    </message>
    <message>
        <source>Your photos of one person are alike, and nobody else comes near. Nothing needs to be changed.</source>
        <translation>Deine Fotos einer Person gleichen sich, und niemand sonst kommt ihr nahe. Du brauchst nichts zu ändern.</translation>
    </message>
    <message>
        <source>Somebody else comes rather near. Let names end at {0} instead of {1}, and there is room between them.</source>
        <translation>Jemand anderes kommt recht nahe. Lass Namen bei {0} statt bei {1} enden, dann ist Platz dazwischen.</translation>
    </message>
    <message>
        <source>You are stricter than these photos ask for: names may end at {0} instead of {1}.</source>
        <translation>Du bist strenger, als es diese Fotos verlangen: Namen dürfen bei {0} statt bei {1} enden.</translation>
    </message>
    <message>
        <source>Most alike are {0} and {1} ({2}).</source>
        <translation>Am ähnlichsten sind sich {0} und {1} ({2}).</translation>
    </message>
    <message>
        <source>The nearest photo of {0} is even more like {1}: is it in the right place?</source>
        <translation>Das nächste Foto von {0} sieht eher aus wie {1}: Ist es am richtigen Platz?</translation>
    </message>
    <message>
        <source>A stranger of the past would be called {0} today ({1}): {2}. If that is wrong, say there who it was.</source>
        <translation>Jemand Unbekanntes von früher hieße heute {0} ({1}): {2}. Wenn das falsch ist, sag dort, wer es war.</translation>
    </message>
    <message>
        <source>The stranger most like one of you was like {0} ({1}): {2}.</source>
        <translation>Von den Unbekannten kam euch am nächsten, wer {0} ähnlich sah ({1}): {2}.</translation>
    </message>
    <message>
        <source>Of the faces that you said are not {0}, one is as near as {1}.</source>
        <translation>Von den Gesichtern, die laut dir nicht {0} sind, kommt eins bis auf {1} heran.</translation>
    </message>
    <message>
        <source>Porchlight can judge this once two people have three good photos each.</source>
        <translation>Porchlight kann das beurteilen, sobald zwei Personen je drei gute Fotos haben.</translation>
    </message>
    <message numerus="yes">
        <source>{0} needs %n more.</source>
        <translation>
            <numerusform>{0} braucht noch eins.</numerusform>
            <numerusform>{0} braucht noch %n.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Pictures also came from %n browsers, last at {0}.</source>
        <translation>
            <numerusform>Bilder kamen auch aus einem Browser, zuletzt: {0}.</numerusform>
            <numerusform>Bilder kamen auch aus %n Browsern, zuletzt: {0}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n doors</source>
        <translation>
            <numerusform>%n Tür</numerusform>
            <numerusform>%n Türen</numerusform>
        </translation>
    </message>
    <message>
        <source>well</source>
        <translation>in Ordnung</translation>
    </message>
    <message>
        <source>Last heard {0}.</source>
        <translation>Zuletzt gehört: {0}.</translation>
    </message>
    <message>
        <source>camera fault</source>
        <translation>Kamera gestört</translation>
    </message>
    <message>
        <source>no picture</source>
        <translation>kein Bild</translation>
    </message>
    <message>
        <source>opening</source>
        <translation>öffnet</translation>
    </message>
    <message>
        <source>watching</source>
        <translation>sieht hin</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
    <message>
        <source>Camera {0} of this computer</source>
        <translation>Kamera {0} dieses Computers</translation>
    </message>
    <message>
        <source>{0} ms</source>
        <translation>{0} ms</translation>
    </message>
    <message numerus="yes">
        <source>%n legs failed at {0}.</source>
        <translation>
            <numerusform>Eine Strecke ist ausgefallen: {0}.</numerusform>
            <numerusform>%n Strecken sind ausgefallen: {0}.</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything worked at {0}.</source>
        <translation>Alles hat geklappt: {0}.</translation>
    </message>
    <message>
        <source>turned away</source>
        <translation>abgewiesen</translation>
    </message>
    <message>
        <source>online</source>
        <translation>online</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>offline</translation>
    </message>
    <message>
        <source>Last heard {0}</source>
        <translation>Zuletzt gehört: {0}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln pictures</source>
        <translation>
            <numerusform>%n Bild</numerusform>
            <numerusform>%Ln Bilder</numerusform>
        </translation>
    </message>
    <message>
        <source>running for {0}</source>
        <translation>läuft schon {0}</translation>
    </message>
    <message>
        <source>id {0}</source>
        <translation>Kennung {0}</translation>
    </message>
    <message>
        <source>Unauthenticated: anyone in your network can speak in its name.</source>
        <translation>Ohne Schlüssel: Jeder in deinem Netz kann in ihrem Namen sprechen.</translation>
    </message>
    <message>
        <source>{0} Rings are still delivered.</source>
        <translation>{0} Klingeln wird trotzdem gemeldet.</translation>
    </message>
    <message>
        <source>Firmware {0} did not prove itself: it went back to {1}.</source>
        <translation>Firmware {0} hat sich nicht bewährt: Die Tür ist zu {1} zurückgekehrt.</translation>
    </message>
    <message>
        <source>Turned away so far: {0}.</source>
        <translation>Bisher abgewiesen: {0}.</translation>
    </message>
    <message>
        <source>{0} with a wrong signature</source>
        <translation>{0} mit falscher Signatur</translation>
    </message>
    <message>
        <source>{0} from before a restart</source>
        <translation>{0} von vor einem Neustart</translation>
    </message>
    <message>
        <source>{0} repeated</source>
        <translation>{0} wiederholt</translation>
    </message>
    <message>
        <source>{0} unsigned</source>
        <translation>{0} ohne Signatur</translation>
    </message>
    <message>
        <source>{0} while not let in</source>
        <translation>{0} ohne Zulassung</translation>
    </message>
    <message>
        <source>{0} beyond the limit of a minute</source>
        <translation>{0} über dem Limit pro Minute</translation>
    </message>
    <message>
        <source>signed</source>
        <translation>signiert</translation>
    </message>
    <message>
        <source>Everything from it is signed with its own key.</source>
        <translation>Alles von ihr ist mit ihrem eigenen Schlüssel signiert.</translation>
    </message>
    <message>
        <source>unauthenticated</source>
        <translation>ohne Schlüssel</translation>
    </message>
    <message>
        <source>{0} % of pictures broken</source>
        <translation>{0} % der Bilder kaputt</translation>
    </message>
    <message>
        <source>{0} of {1} arrived broken.</source>
        <translation>{0} von {1} kamen kaputt an.</translation>
    </message>
    <message>
        <source>camera well</source>
        <translation>Kamera in Ordnung</translation>
    </message>
    <message>
        <source>cable well</source>
        <translation>Kabel in Ordnung</translation>
    </message>
    <message numerus="yes">
        <source>%n rings wait in it</source>
        <translation>
            <numerusform>Ein Klingeln wartet noch</numerusform>
            <numerusform>%n-mal Klingeln wartet noch</numerusform>
        </translation>
    </message>
    <message>
        <source>They come as soon as the station is reached.</source>
        <translation>Sie kommen, sobald die Station erreicht wird.</translation>
    </message>
    <message numerus="yes">
        <source>%n rings lost</source>
        <translation>
            <numerusform>Ein Klingeln verloren</numerusform>
            <numerusform>%n-mal Klingeln verloren</numerusform>
        </translation>
    </message>
    <message>
        <source>heard {0}</source>
        <translation>{0} gehört</translation>
    </message>
    <message>
        <source>It hung, and its watchdog started it again {0}.</source>
        <translation>Sie hing, und ihr Wachhund hat sie {0} neu gestartet.</translation>
    </message>
    <message>
        <source>started by its watchdog</source>
        <translation>vom Wachhund neu gestartet</translation>
    </message>
    <message>
        <source>The station was away for so long that the door could not keep them.</source>
        <translation>Die Station war so lange weg, dass die Tür sie nicht aufheben konnte.</translation>
    </message>
    <message>
        <source>no cable</source>
        <translation>kein Kabel</translation>
    </message>
    <message>
        <source>no network address</source>
        <translation>keine Netzadresse</translation>
    </message>
    <message>
        <source>firmware {0} on trial</source>
        <translation>Firmware {0} auf Probe</translation>
    </message>
    <message>
        <source>firmware {0}, {1} is available</source>
        <translation>Firmware {0}, {1} ist verfügbar</translation>
    </message>
    <message>
        <source>firmware {0}</source>
        <translation>Firmware {0}</translation>
    </message>
    <message>
        <source>The newest this station has.</source>
        <translation>Die neueste, die diese Station hat.</translation>
    </message>
    <message>
        <source>{0} is not done: {1}</source>
        <translation>{0} geht nicht: {1}</translation>
    </message>
    <message>
        <source>{0}: the door does not answer.</source>
        <translation>{0}: Die Tür antwortet nicht.</translation>
    </message>
    <message>
        <source>{0}: sent, waiting for the door…</source>
        <translation>{0}: gesendet, warte auf die Tür …</translation>
    </message>
    <message>
        <source>Firmware {0} runs and has proved itself.</source>
        <translation>Firmware {0} läuft und hat sich bewährt.</translation>
    </message>
    <message>
        <source>Firmware {0} did not prove itself: the door went back to {1}.</source>
        <translation>Firmware {0} hat sich nicht bewährt: Die Tür ist zu {1} zurückgekehrt.</translation>
    </message>
    <message>
        <source>Firmware {0} runs on trial…</source>
        <translation>Firmware {0} läuft auf Probe …</translation>
    </message>
    <message>
        <source>The update was sent, but the door does not answer.</source>
        <translation>Das Update wurde gesendet, aber die Tür antwortet nicht.</translation>
    </message>
    <message>
        <source>Firmware {0} is sent; the door fetches it…</source>
        <translation>Firmware {0} wird gesendet; die Tür holt sie ab …</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Chime</source>
        <translation>Gong</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Schauen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Update</source>
        <translation>Update</translation>
    </message>
    <message>
        <source>The door shows the text.</source>
        <translation>Die Tür zeigt den Text.</translation>
    </message>
    <message>
        <source>The door has chimed.</source>
        <translation>Die Tür hat den Gong gespielt.</translation>
    </message>
    <message>
        <source>The door has looked: its picture is on Live.</source>
        <translation>Die Tür hat geschaut: Ihr Bild steht unter Live.</translation>
    </message>
    <message>
        <source>The door is open for a moment.</source>
        <translation>Die Tür ist für einen Moment offen.</translation>
    </message>
    <message>
        <source>Done.</source>
        <translation>Erledigt.</translation>
    </message>
    <message>
        <source>it does not say why</source>
        <translation>sie sagt nicht, warum</translation>
    </message>
    <message>
        <source>Test: {0}</source>
        <translation>Test: {0}</translation>
    </message>
    <message>
        <source>A new door sent a picture</source>
        <translation>Eine neue Tür hat ein Bild geschickt</translation>
    </message>
    <message>
        <source>Someone was at the door</source>
        <translation>Jemand war an der Tür</translation>
    </message>
    <message>
        <source>A look at the door</source>
        <translation>Ein Blick zur Tür</translation>
    </message>
    <message>
        <source>A test of the door</source>
        <translation>Ein Test der Tür</translation>
    </message>
    <message>
        <source>A stranger was at the door</source>
        <translation>Jemand Unbekanntes war an der Tür</translation>
    </message>
    <message numerus="yes">
        <source>%n strangers were at the door</source>
        <translation>
            <numerusform>Jemand Unbekanntes war an der Tür</numerusform>
            <numerusform>%n Unbekannte waren an der Tür</numerusform>
        </translation>
    </message>
    <message>
        <source>Can&apos;t tell who it was: {0}</source>
        <translation>Nicht zu erkennen, wer es war: {0}</translation>
    </message>
    <message>
        <source>No face in the picture</source>
        <translation>Kein Gesicht im Bild</translation>
    </message>
    <message>
        <source>The picture could not be examined</source>
        <translation>Das Bild ließ sich nicht untersuchen</translation>
    </message>
    <message>
        <source>someone else</source>
        <translation>noch jemand</translation>
    </message>
    <message numerus="yes">
        <source>%n others</source>
        <translation>
            <numerusform>noch jemand</numerusform>
            <numerusform>%n andere</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} were at the door</source>
        <translation>{0} waren an der Tür</translation>
    </message>
    <message>
        <source>{0} was at the door</source>
        <translation>{0} war an der Tür</translation>
    </message>
    <message>
        <source>Somebody you know was at the door</source>
        <translation>Jemand, den du kennst, war an der Tür</translation>
    </message>
    <message>
        <source>No name is given: {0}.</source>
        <translation>Kein Name wird genannt: {0}.</translation>
    </message>
    <message>
        <source>You said who this is.</source>
        <translation>Du hast gesagt, wer das ist.</translation>
    </message>
    <message>
        <source>There was nobody to compare with yet.</source>
        <translation>Es gab noch niemanden zum Vergleichen.</translation>
    </message>
    <message>
        <source>Looks like {0}, {1}.</source>
        <translation>Sieht aus wie {0}, {1}.</translation>
    </message>
    <message>
        <source>This was found later, by photos that came since.</source>
        <translation>Das wurde später gefunden, durch Fotos, die seitdem kamen.</translation>
    </message>
    <message>
        <source>Nearest is {0}, but too far for the name.</source>
        <translation>Am nächsten ist {0}, aber zu weit weg für den Namen.</translation>
    </message>
    <message>
        <source>more than 99 % likely</source>
        <translation>zu über 99 % wahrscheinlich</translation>
    </message>
    <message>
        <source>{0} % likely</source>
        <translation>zu {0} % wahrscheinlich</translation>
    </message>
    <message>
        <source>distance to {0} {1}</source>
        <translation>Abstand zu {0} {1}</translation>
    </message>
    <message>
        <source>to {0} {1}</source>
        <translation>zu {0} {1}</translation>
    </message>
    <message>
        <source>a name is given up to {0}</source>
        <translation>ein Name wird bis {0} genannt</translation>
    </message>
    <message>
        <source>{0}, to {1}.</source>
        <translation>{0}, an {1}.</translation>
    </message>
    <message>
        <source>Nobody is told before you let the door in.</source>
        <translation>Gemeldet wird erst, wenn du die Tür zulässt.</translation>
    </message>
    <message>
        <source>Kept quiet: {0}.</source>
        <translation>Still geblieben: {0}.</translation>
    </message>
    <message>
        <source>It is told when the verdict is there.</source>
        <translation>Gemeldet wird, sobald das Ergebnis da ist.</translation>
    </message>
    <message>
        <source>No message was sent: at that time nothing was switched on to send one.</source>
        <translation>Keine Nachricht: Damals war nichts eingeschaltet, was eine hätte senden können.</translation>
    </message>
    <message>
        <source>It waits for your word: nothing of a door is looked at before you let it in.</source>
        <translation>Wartet auf dein Wort: Von einer Tür wird nichts angesehen, bevor du sie zulässt.</translation>
    </message>
    <message>
        <source>The ring was told at once; no picture of it has come yet.</source>
        <translation>Das Klingeln wurde sofort gemeldet; ein Bild ist noch nicht gekommen.</translation>
    </message>
    <message>
        <source>Recognition has not looked at it yet.</source>
        <translation>Die Erkennung hat es noch nicht angesehen.</translation>
    </message>
    <message>
        <source>No face was found, at full size and enlarged.</source>
        <translation>Kein Gesicht gefunden, weder in voller Größe noch vergrößert.</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Gestern</translation>
    </message>
    <message>
        <source>ddd d MMM</source>
        <translation>ddd, d. MMM</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <translation>d. MMM yyyy</translation>
    </message>
    <message>
        <source>The door&apos;s screen shows: {0}</source>
        <translation>Die Anzeige der Tür zeigt: {0}</translation>
    </message>
    <message>
        <source>Own words</source>
        <translation>Eigener Text</translation>
    </message>
    <message>
        <source>Write a text for the door&apos;s screen</source>
        <translation>Einen Text für die Anzeige der Tür schreiben</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Noch einmal schauen</translation>
    </message>
    <message>
        <source>Ask the door for a new picture</source>
        <translation>Die Tür um ein neues Bild bitten</translation>
    </message>
    <message>
        <source>Give the visitor a name</source>
        <translation>Dem Besuch einen Namen geben</translation>
    </message>
    <message>
        <source>This is not {0}; earlier visits are looked at again, too</source>
        <translation>Das ist nicht {0}; auch frühere Besuche werden neu angesehen</translation>
    </message>
    <message>
        <source>Not {0}</source>
        <translation>Nicht {0}</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Noch einmal senden</translation>
    </message>
    <message>
        <source>Try the messages that failed once more</source>
        <translation>Die fehlgeschlagenen Nachrichten noch einmal versuchen</translation>
    </message>
    <message>
        <source>Coming!</source>
        <translation>Ich komme!</translation>
    </message>
    <message>
        <source>One moment</source>
        <translation>Einen Moment</translation>
    </message>
    <message>
        <source>One moment, please.</source>
        <translation>Einen Moment, bitte.</translation>
    </message>
    <message>
        <source>Leave it at the door</source>
        <translation>Am Eingang ablegen</translation>
    </message>
    <message>
        <source>Please leave it at the door.</source>
        <translation>Bitte am Eingang ablegen.</translation>
    </message>
    <message>
        <source>Nobody can come</source>
        <translation>Niemand kann kommen</translation>
    </message>
    <message>
        <source>Nobody can come now, sorry.</source>
        <translation>Leider kann gerade niemand kommen.</translation>
    </message>
    <message>
        <source>no usable photo</source>
        <translation>kein brauchbares Foto</translation>
    </message>
    <message numerus="yes">
        <source>%n photos</source>
        <translation>
            <numerusform>%n Foto</numerusform>
            <numerusform>%n Fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>up to {0}</source>
        <translation>bis {0}</translation>
    </message>
    <message>
        <source>{0} to {1}</source>
        <translation>{0} bis {1}</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>Receiver</source>
        <translation>Empfänger</translation>
    </message>
    <message>
        <source>Recognition</source>
        <translation>Erkennung</translation>
    </message>
    <message>
        <source>Other services</source>
        <translation>Andere Dienste</translation>
    </message>
    <message>
        <source>Keeping visits</source>
        <translation>Besuche aufheben</translation>
    </message>
    <message>
        <source>Quiet and digest</source>
        <translation>Ruhe und Tagesbericht</translation>
    </message>
    <message>
        <source>Opening doors</source>
        <translation>Türen öffnen</translation>
    </message>
    <message>
        <source>When somebody rings</source>
        <translation>Wenn es klingelt</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Benutzername</translation>
    </message>
    <message>
        <source>Found by itself in the network (mDNS)</source>
        <translation>Im Netz von selbst zu finden (mDNS)</translation>
    </message>
    <message>
        <source>Token for the reading API</source>
        <translation>Token für die Lese-API</translation>
    </message>
    <message>
        <source>Address of the Bot API</source>
        <translation>Adresse der Bot-API</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>Bot token</source>
        <translation>Bot-Token</translation>
    </message>
    <message>
        <source>Addresses</source>
        <translation>Adressen</translation>
    </message>
    <message>
        <source>Doors that may be opened</source>
        <translation>Türen, die geöffnet werden dürfen</translation>
    </message>
    <message>
        <source>Secret of the one-time codes</source>
        <translation>Geheimnis der Einmalcodes</translation>
    </message>
    <message>
        <source>Encrypted (TLS)</source>
        <translation>Verschlüsselt (TLS)</translation>
    </message>
    <message>
        <source>Certificate authority</source>
        <translation>Zertifizierungsstelle</translation>
    </message>
    <message>
        <source>Compute cluster</source>
        <translation>Rechencluster</translation>
    </message>
    <message>
        <source>What finds faces</source>
        <translation>Was Gesichter findet</translation>
    </message>
    <message>
        <source>Quiet hours</source>
        <translation>Ruhezeiten</translation>
    </message>
    <message>
        <source>Only strangers</source>
        <translation>Nur Unbekannte</translation>
    </message>
    <message>
        <source>Never for</source>
        <translation>Nie bei</translation>
    </message>
    <message>
        <source>Once a day for</source>
        <translation>Einmal am Tag bei</translation>
    </message>
    <message>
        <source>Always for</source>
        <translation>Immer bei</translation>
    </message>
    <message>
        <source>Digest of the day at</source>
        <translation>Tagesbericht um</translation>
    </message>
    <message>
        <source>Full test by itself at</source>
        <translation>Großer Test von selbst um</translation>
    </message>
    <message>
        <source>Send alerts</source>
        <translation>Meldungen senden</translation>
    </message>
    <message>
        <source>Home Assistant discovery</source>
        <translation>Von Home Assistant zu finden</translation>
    </message>
    <message>
        <source>Discovery messages</source>
        <translation>Nachrichten dafür</translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation>Datenordner</translation>
    </message>
    <message>
        <source>Folder of known faces</source>
        <translation>Ordner der bekannten Gesichter</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Klang</translation>
    </message>
    <message>
        <source>day</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>days</source>
        <translation>Tage</translation>
    </message>
    <message>
        <source>second</source>
        <translation>Sekunde</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>Sekunden</translation>
    </message>
    <message>
        <source>Largest picture</source>
        <translation>Größtes Bild</translation>
    </message>
    <message>
        <source>Same visit within</source>
        <translation>Derselbe Besuch binnen</translation>
    </message>
    <message>
        <source>Opener on for</source>
        <translation>Türöffner an für</translation>
    </message>
    <message>
        <source>Disk space</source>
        <translation>Speicherplatz</translation>
    </message>
    <message>
        <source>People you know</source>
        <translation>Bekannte</translation>
    </message>
    <message>
        <source>Strangers</source>
        <translation>Unbekannte</translation>
    </message>
    <message>
        <source>Without a face</source>
        <translation>Ohne Gesicht</translation>
    </message>
    <message>
        <source>Loudness</source>
        <translation>Lautstärke</translation>
    </message>
    <message>
        <source>Bring the window to the front</source>
        <translation>Fenster nach vorn holen</translation>
    </message>
    <message>
        <source>How sure a name must be</source>
        <translation>Wie sicher ein Name sein muss</translation>
    </message>
    <message>
        <source>Largest distance for a name</source>
        <translation>Größter Abstand für einen Namen</translation>
    </message>
    <message>
        <source>Worker processes</source>
        <translation>Arbeitsprozesse</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>Unknown doors</source>
        <translation>Unbekannte Türen</translation>
    </message>
    <message>
        <source>Pictures per minute</source>
        <translation>Bilder pro Minute</translation>
    </message>
    <message>
        <source>Connections at once</source>
        <translation>Gleichzeitige Verbindungen</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>Broker</source>
        <translation>Broker</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>First part of every topic</source>
        <translation>Anfang jedes Themas</translation>
    </message>
    <message>
        <source>Topic of the screens</source>
        <translation>Thema der Anzeigen</translation>
    </message>
    <message>
        <source>Prefix of the discovery</source>
        <translation>Präfix der Suche</translation>
    </message>
    <message>
        <source>Keep the picture at the broker</source>
        <translation>Bild beim Broker behalten</translation>
    </message>
    <message>
        <source>Hold and ask me</source>
        <translation>Zurückhalten und mich fragen</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation>Abweisen</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Built in</source>
        <translation>Eingebaut</translation>
    </message>
    <message>
        <source>My own broker</source>
        <translation>Mein eigener Broker</translation>
    </message>
    <message>
        <source>One for each door</source>
        <translation>Eine für jede Tür</translation>
    </message>
    <message>
        <source>One for each entity (before 2024.12)</source>
        <translation>Eine für jede Entität (vor 2024.12)</translation>
    </message>
    <message>
        <source>Sure: 1 stranger in 100 may be named</source>
        <translation>Sicher: 1 Name auf 100 Fremde</translation>
    </message>
    <message>
        <source>Very sure: 1 in 1,000</source>
        <translation>Sehr sicher: 1 auf 1000</translation>
    </message>
    <message>
        <source>Porch</source>
        <translation>Veranda</translation>
    </message>
    <message>
        <source>Bell</source>
        <translation>Glocke</translation>
    </message>
    <message>
        <source>Knock</source>
        <translation>Klopfen</translation>
    </message>
    <message>
        <source>The fastest there is</source>
        <translation>Das schnellste, das da ist</translation>
    </message>
    <message>
        <source>HOG: slower, always there</source>
        <translation>HOG: langsamer, immer da</translation>
    </message>
    <message>
        <source>YuNet: fast, needs its file</source>
        <translation>YuNet: schnell, braucht seine Datei</translation>
    </message>
    <message>
        <source>That of this computer</source>
        <translation>Die dieses Computers</translation>
    </message>
    <message>
        <source>At least {ge}.</source>
        <translation>Mindestens {ge}.</translation>
    </message>
    <message>
        <source>More than {gt}.</source>
        <translation>Mehr als {gt}.</translation>
    </message>
    <message>
        <source>At most {le}.</source>
        <translation>Höchstens {le}.</translation>
    </message>
    <message>
        <source>Whole numbers only.</source>
        <translation>Nur ganze Zahlen.</translation>
    </message>
    <message>
        <source>A number is needed.</source>
        <translation>Hier gehört eine Zahl hin.</translation>
    </message>
    <message>
        <source>This cannot be empty.</source>
        <translation>Das darf nicht leer sein.</translation>
    </message>
    <message>
        <source>This does not have the form described on the left.</source>
        <translation>Das hat nicht die Form, die links beschrieben ist.</translation>
    </message>
    <message>
        <source>dead: answers nothing</source>
        <translation>tot: antwortet nicht</translation>
    </message>
    <message>
        <source>blind: its sensor is gone</source>
        <translation>blind: ohne Sensor</translation>
    </message>
    <message>
        <source>sends garbage</source>
        <translation>schickt Unsinn</translation>
    </message>
    <message>
        <source>stuck: never finishes a picture</source>
        <translation>steckt fest: kein Bild wird fertig</translation>
    </message>
    <message>
        <source>endless: claims huge pictures</source>
        <translation>endlos: meldet riesige Bilder</translation>
    </message>
    <message>
        <source>hangs until it is reset</source>
        <translation>hängt bis zum Neustart</translation>
    </message>
    <message>
        <source>frozen: the same picture again</source>
        <translation>eingefroren: immer dasselbe Bild</translation>
    </message>
    <message>
        <source>flaky: works now and then</source>
        <translation>launisch: geht nur manchmal</translation>
    </message>
    <message>
        <source>One short flash in 3 s: all is well.
On: somebody rang.
Quick flicker: starting.
2 flashes: no network.
3 flashes: the station does not answer.
4 flashes: the camera does not work.
5 flashes: never set up.</source>
        <translation>Ein kurzes Blinken alle 3 s: alles in Ordnung.
An: Jemand hat geklingelt.
Schnelles Flackern: startet.
2-mal: kein Netz.
3-mal: Die Station antwortet nicht.
4-mal: Die Kamera geht nicht.
5-mal: nie eingerichtet.</translation>
    </message>
    <message>
        <source>This visit is gone meanwhile.</source>
        <translation>Diesen Besuch gibt es inzwischen nicht mehr.</translation>
    </message>
    <message>
        <source>Stranger {0}</source>
        <translation>Unbekannt {0}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln visits</source>
        <translation>
            <numerusform>%n Besuch</numerusform>
            <numerusform>%Ln Besuche</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos</source>
        <translation>
            <numerusform>%n Foto</numerusform>
            <numerusform>%Ln Fotos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n people</source>
        <translation>
            <numerusform>%n Person</numerusform>
            <numerusform>%n Personen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} in %n days</source>
        <translation>
            <numerusform>{0} an einem Tag</numerusform>
            <numerusform>{0} in %n Tagen</numerusform>
        </translation>
    </message>
    <message>
        <source>{0}, the last one {1}</source>
        <translation>{0}, der letzte: {1}</translation>
    </message>
    <message numerus="yes">
        <source>%n photos that were removed before</source>
        <translation>
            <numerusform>%n Foto, das schon entfernt war</numerusform>
            <numerusform>%n Fotos, die schon entfernt waren</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>What was learnt of the face, %n times</source>
        <translation>
            <numerusform>Was vom Gesicht gelernt war, einmal</numerusform>
            <numerusform>Was vom Gesicht gelernt war, %n-mal</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The name in %n visits; their pictures stay</source>
        <translation>
            <numerusform>Der Name in %n Besuch; sein Bild bleibt</numerusform>
            <numerusform>Der Name in %n Besuchen; ihre Bilder bleiben</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n messages in chats are put right</source>
        <translation>
            <numerusform>%n Nachricht in einem Chat wird berichtigt</numerusform>
            <numerusform>%n Nachrichten in Chats werden berichtigt</numerusform>
        </translation>
    </message>
    <message>
        <source>What MQTT kept of the last visit</source>
        <translation>Was MQTT vom letzten Besuch aufgehoben hat</translation>
    </message>
    <message>
        <source>The name in the rules for quiet</source>
        <translation>Der Name in den Regeln für die Ruhe</translation>
    </message>
    <message>
        <source>What could have been undone</source>
        <translation>Was sich noch rückgängig machen ließ</translation>
    </message>
    <message>
        <source>{0} of {1} came in.</source>
        <translation>{0} von {1} übernommen.</translation>
    </message>
    <message>
        <source>Already there: {0}.</source>
        <translation>Schon da: {0}.</translation>
    </message>
    <message>
        <source>Another recogniser judged them where they come from; this one looks for itself.</source>
        <translation>Dort, wo sie herkommen, hat ein anderes Verfahren geurteilt; dieses hier sieht selbst nach.</translation>
    </message>
    <message>
        <source>A new door</source>
        <translation>Eine neue Tür</translation>
    </message>
    <message>
        <source>A stranger</source>
        <translation>Unbekannt</translation>
    </message>
    <message numerus="yes">
        <source>%n strangers</source>
        <translation>
            <numerusform>%n Unbekannter</numerusform>
            <numerusform>%n Unbekannte</numerusform>
        </translation>
    </message>
    <message>
        <source>Can&apos;t tell who</source>
        <translation>Unklar, wer</translation>
    </message>
    <message>
        <source>No face</source>
        <translation>Kein Gesicht</translation>
    </message>
    <message>
        <source>answered in {0}</source>
        <translation>Antwort in {0}</translation>
    </message>
    <message>
        <source>looking who it is ...</source>
        <translation>sehe nach, wer es ist …</translation>
    </message>
    <message>
        <source>no picture yet</source>
        <translation>noch kein Bild</translation>
    </message>
    <message>
        <source>kept quiet: {0}</source>
        <translation>still: {0}</translation>
    </message>
    <message>
        <source>can&apos;t tell</source>
        <translation>unklar</translation>
    </message>
    <message>
        <source>stranger</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>stranger {0}</source>
        <translation>unbekannt {0}</translation>
    </message>
    <message>
        <source>A photo held to its camera looks like the person it shows: never let anything open because of a name.</source>
        <translation>Ein Foto vor der Kamera sieht aus wie die Person darauf: Lass nie etwas aufgehen, nur weil ein Name genannt wird.</translation>
    </message>
    <message>
        <source>Not authenticated: it has no key, so anything in your network could send in its name.</source>
        <translation>Ohne Schlüssel: Alles in deinem Netz könnte in ihrem Namen senden.</translation>
    </message>
    <message>
        <source>No picture has come yet</source>
        <translation>Noch ist kein Bild gekommen</translation>
    </message>
    <message>
        <source>The picture arrived broken</source>
        <translation>Das Bild kam kaputt an</translation>
    </message>
    <message>
        <source>The picture cannot be read</source>
        <translation>Das Bild lässt sich nicht lesen</translation>
    </message>
    <message>
        <source>Quiet until you end it</source>
        <translation>Ruhe, bis du sie beendest</translation>
    </message>
    <message>
        <source>Quiet until {0}</source>
        <translation>Ruhe bis {0}</translation>
    </message>
    <message>
        <source>The full test failed. {0}</source>
        <translation>Der große Test ist fehlgeschlagen. {0}</translation>
    </message>
    <message>
        <source>Everything works: {0}.</source>
        <translation>Alles geht: {0}.</translation>
    </message>
    <message>
        <source>to {0}</source>
        <translation>an {0}</translation>
    </message>
    <message>
        <source>Delivered {0}</source>
        <translation>Zugestellt {0}</translation>
    </message>
    <message>
        <source>{0} failed</source>
        <translation>{0} fehlgeschlagen</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>{0} replaced by a newer one</source>
        <translation>{0} durch neuere Nachricht ersetzt</translation>
    </message>
    <message>
        <source>{0} kept quiet</source>
        <translation>{0} still geblieben</translation>
    </message>
    <message>
        <source>{0} Trying again in {1}.</source>
        <translation>{0} Nächster Versuch in {1}.</translation>
    </message>
    <message>
        <source>{0} waiting</source>
        <translation>{0} wartet</translation>
    </message>
    <message>
        <source>Retry now</source>
        <translation>Jetzt versuchen</translation>
    </message>
    <message>
        <source>{0} on its way</source>
        <translation>{0} unterwegs</translation>
    </message>
    <message>
        <source>{0} text</source>
        <translation>{0}: Text</translation>
    </message>
    <message>
        <source>{0} photo</source>
        <translation>{0}: Foto</translation>
    </message>
    <message>
        <source>{0} ring</source>
        <translation>{0}: Klingeln</translation>
    </message>
    <message>
        <source>{0} visitor</source>
        <translation>{0}: Besuch</translation>
    </message>
    <message>
        <source>{0} correction</source>
        <translation>{0}: Berichtigung</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>startet</translation>
    </message>
    <message>
        <source>working</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>waiting {0}</source>
        <translation>wartet schon {0}</translation>
    </message>
    <message>
        <source>not working</source>
        <translation>geht nicht</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>Since {0}.</source>
        <translation>Seit: {0}.</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>Gut</translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation>{0} s</translation>
    </message>
    <message>
        <source>Pictures ({0})</source>
        <translation>Bilder ({0})</translation>
    </message>
    <message>
        <source>Nobody is known yet.</source>
        <translation>Noch ist niemand bekannt.</translation>
    </message>
    <message>
        <source>Nobody on People is called so</source>
        <translation>So heißt niemand unter Personen</translation>
    </message>
    <message>
        <source>No door has a key yet.</source>
        <translation>Noch hat keine Tür einen Schlüssel.</translation>
    </message>
    <message>
        <source>No door with a key has this id</source>
        <translation>Keine Tür mit Schlüssel hat diese Kennung</translation>
    </message>
</context>
<context>
    <name>Beginnings</name>
    <message>
        <source>The light is on. Nobody has rung yet.</source>
        <translation>Das Licht ist an. Noch hat niemand geklingelt.</translation>
    </message>
    <message>
        <source>When someone rings, you see here who it is, whether that can be trusted, and what to do.</source>
        <translation>Wenn es klingelt, siehst du hier, wer es ist, wie sicher das ist und was du tun kannst.</translation>
    </message>
    <message>
        <source>Or try a photo</source>
        <translation>Oder ein Foto ausprobieren</translation>
    </message>
    <message>
        <source>Add people first</source>
        <translation>Zuerst Personen hinzufügen</translation>
    </message>
    <message>
        <source>The door starts, then it rings…</source>
        <translation>Die Tür startet, dann klingelt sie …</translation>
    </message>
    <message>
        <source>It has rung: its picture comes in a moment.</source>
        <translation>Es hat geklingelt: Das Bild kommt gleich.</translation>
    </message>
    <message>
        <source>Looking for the camera…</source>
        <translation>Suche die Kamera …</translation>
    </message>
    <message>
        <source>See it work</source>
        <translation>Sieh, wie es geht</translation>
    </message>
    <message>
        <source>A door without hardware: the real firmware, on a board that exists on this computer only.</source>
        <translation>Eine Tür ohne Hardware: die echte Firmware, auf einer Platine, die es nur auf diesem Computer gibt.</translation>
    </message>
    <message>
        <source>Ring the virtual door</source>
        <translation>An der virtuellen Tür klingeln</translation>
    </message>
    <message>
        <source>See yourself</source>
        <translation>Sieh dich selbst</translation>
    </message>
    <message>
        <source>It takes one picture now, and others when you press Look. Nothing leaves this computer.</source>
        <translation>Sie macht jetzt ein Bild und weitere, wenn du auf „Schauen“ drückst. Nichts verlässt diesen Computer.</translation>
    </message>
    <message>
        <source>Use this computer&apos;s camera</source>
        <translation>Kamera des Computers nehmen</translation>
    </message>
    <message>
        <source>Connect a door</source>
        <translation>Eine Tür verbinden</translation>
    </message>
    <message>
        <source>Open this address in a phone&apos;s browser, or give it to a door unit:</source>
        <translation>Öffne diese Adresse im Browser eines Telefons, oder gib sie einer Türeinheit:</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>Adresse kopieren</translation>
    </message>
    <message>
        <source>Set up a board over USB</source>
        <translation>Platine über USB einrichten</translation>
    </message>
    <message>
        <source>No camera was found here. Is one plugged in, and no other program using it?</source>
        <translation>Hier ist keine Kamera zu finden. Steckt eine, und benutzt sie kein anderes Programm?</translation>
    </message>
    <message>
        <source>Taking the first picture…</source>
        <translation>Das erste Bild wird gemacht …</translation>
    </message>
    <message>
        <source>Camera of this computer</source>
        <translation>Kamera dieses Computers</translation>
    </message>
    <message>
        <source>It is a door now: its first picture comes in a moment.</source>
        <translation>Sie ist jetzt eine Tür: Ihr erstes Bild kommt gleich.</translation>
    </message>
</context>
<context>
    <name>CameraCard</name>
    <message>
        <source>Taking a picture…</source>
        <translation>Ein Bild wird gemacht …</translation>
    </message>
    <message>
        <source>Is {0} no door any more? Its visits stay.</source>
        <translation>{0} ist keine Tür mehr? Die Besuche bleiben.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Schauen</translation>
    </message>
    <message>
        <source>Take a picture now</source>
        <translation>Jetzt ein Bild machen</translation>
    </message>
    <message>
        <source>A face that stays there rings</source>
        <translation>Ein Gesicht, das bleibt, klingelt</translation>
    </message>
    <message>
        <source>The picture is on Live.</source>
        <translation>Das Bild steht unter Live.</translation>
    </message>
</context>
<context>
    <name>CameraPanel</name>
    <message>
        <source>Use a camera as a door</source>
        <translation>Eine Kamera als Tür nehmen</translation>
    </message>
    <message>
        <source>Trying it: the first picture can take some seconds…</source>
        <translation>Wird ausprobiert: Das erste Bild kann ein paar Sekunden dauern …</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Cameras</source>
        <translation>Kameras</translation>
    </message>
    <message>
        <source>It stands in the camera&apos;s manual: rtsp:// or http://. User and password are kept as a secret.</source>
        <translation>Sie steht in der Anleitung der Kamera: rtsp:// oder http://. Benutzer und Passwort bleiben geheim.</translation>
    </message>
    <message>
        <source>A face that stays before it rings, as if a button had been pressed</source>
        <translation>Ein Gesicht, das davor stehen bleibt, klingelt, als wäre ein Knopf gedrückt worden</translation>
    </message>
    <message>
        <source>Else the camera is closed, and takes a picture when you press Look.</source>
        <translation>Sonst ist die Kamera zu und macht nur ein Bild, wenn du auf „Schauen“ drückst.</translation>
    </message>
    <message>
        <source>Use this camera</source>
        <translation>Diese Kamera nehmen</translation>
    </message>
    <message>
        <source>Camera of this computer</source>
        <translation>Kamera dieses Computers</translation>
    </message>
    <message>
        <source>A camera in the network, by its address</source>
        <translation>Eine Kamera im Netz, über ihre Adresse</translation>
    </message>
    <message>
        <source>{0} is a door now: its first picture is on Live.</source>
        <translation>{0} ist jetzt eine Tür: Das erste Bild steht unter Live.</translation>
    </message>
</context>
<context>
    <name>ChatsCard</name>
    <message>
        <source>Telegram chats</source>
        <translation>Telegram-Chats</translation>
    </message>
    <message>
        <source>Pairing code</source>
        <translation>Kopplungscode</translation>
    </message>
    <message>
        <source>Somebody who is not paired wrote to your bot: {0}. They are ignored.</source>
        <translation>Jemand ohne Kopplung hat deinem Bot geschrieben: {0}. Das wird nicht beachtet.</translation>
    </message>
    <message>
        <source>Paired: alerts go to that chat from now on.</source>
        <translation>Gekoppelt: Meldungen gehen ab jetzt in diesen Chat.</translation>
    </message>
    <message>
        <source>Pair a chat</source>
        <translation>Chat koppeln</translation>
    </message>
    <message>
        <source>Stop pairing</source>
        <translation>Kopplung abbrechen</translation>
    </message>
    <message>
        <source>Send this code to your bot within ten minutes. In a group, or a topic of one, send /pair {0}: everybody in it then sees the alerts and may answer.</source>
        <translation>Schick deinem Bot diesen Code binnen zehn Minuten. In einer Gruppe oder einem ihrer Themen schick /pair {0}: Dann sehen dort alle die Meldungen und dürfen antworten.</translation>
    </message>
    <message>
        <source>No chat is paired yet.</source>
        <translation>Noch ist kein Chat gekoppelt.</translation>
    </message>
    <message>
        <source>Ignored: {0}, since {1}</source>
        <translation>Nicht beachtet: {0}, seit: {1}</translation>
    </message>
    <message>
        <source>Chat {0}</source>
        <translation>Chat {0}</translation>
    </message>
    <message>
        <source>Unpair</source>
        <translation>Entkoppeln</translation>
    </message>
    <message>
        <source>Unpair {0}</source>
        <translation>{0} entkoppeln</translation>
    </message>
    <message>
        <source>sees alerts</source>
        <translation>sieht Meldungen</translation>
    </message>
    <message>
        <source>replies</source>
        <translation>antwortet</translation>
    </message>
    <message>
        <source>hushes</source>
        <translation>schafft Ruhe</translation>
    </message>
    <message>
        <source>names people</source>
        <translation>nennt Namen</translation>
    </message>
    <message>
        <source>opens</source>
        <translation>öffnet</translation>
    </message>
</context>
<context>
    <name>ChoiceEditor</name>
    <message>
        <source>Choices</source>
        <translation>Auswahl</translation>
    </message>
</context>
<context>
    <name>ClockEditor</name>
    <message>
        <source>{0}: day</source>
        <translation>{0}: Tag</translation>
    </message>
    <message>
        <source>{0}: time</source>
        <translation>{0}: Uhrzeit</translation>
    </message>
    <message>
        <source>every day</source>
        <translation>jeden Tag</translation>
    </message>
    <message>
        <source>Choices</source>
        <translation>Auswahl</translation>
    </message>
</context>
<context>
    <name>ConnectPanel</name>
    <message>
        <source>Add a door</source>
        <translation>Tür hinzufügen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Any phone or device: open this address, or scan the code. What it sends asks here to be let in.</source>
        <translation>Jedes Telefon oder Gerät: Öffne diese Adresse, oder scanne den Code. Was es schickt, bittet hier um Zulassung.</translation>
    </message>
    <message>
        <source>Set up a board over USB…</source>
        <translation>Platine über USB einrichten …</translation>
    </message>
    <message>
        <source>Use a camera…</source>
        <translation>Kamera nehmen …</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>Adresse kopieren</translation>
    </message>
</context>
<context>
    <name>CopyButton</name>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
</context>
<context>
    <name>DeedsButton</name>
    <message>
        <source>Recently done, to be undone (Ctrl+Z undoes the latest)</source>
        <translation>Zuletzt getan, zum Rückgängigmachen (Strg+Z macht das Letzte rückgängig)</translation>
    </message>
    <message>
        <source>Recently done</source>
        <translation>Zuletzt getan</translation>
    </message>
    <message>
        <source>Undo what was done</source>
        <translation>Getanes rückgängig machen</translation>
    </message>
</context>
<context>
    <name>DetectorCard</name>
    <message>
        <source>Faster, sharper face finder (YuNet)</source>
        <translation>Schneller und genauer Gesichter finden (YuNet)</translation>
    </message>
    <message>
        <source>Sees faces that are small, dark or turned, several times as fast. It is a file of the OpenCV project, free to use (MIT licence), and not part of Porchlight: nothing is fetched unless you ask for it here.</source>
        <translation>Sieht auch kleine, dunkle und gedrehte Gesichter, und das um ein Mehrfaches schneller. Es ist eine frei nutzbare Datei des OpenCV-Projekts (MIT-Lizenz) und kein Teil von Porchlight: Geladen wird nur, wenn du es hier willst.</translation>
    </message>
    <message>
        <source>YuNet fetched so far</source>
        <translation>Bisher geladener Teil von YuNet</translation>
    </message>
    <message>
        <source>Get it (0.2 MB, from the OpenCV project)</source>
        <translation>Holen (0,2 MB, vom OpenCV-Projekt)</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Datei wählen …</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>in Gebrauch</translation>
    </message>
    <message>
        <source>there, but the settings choose HOG</source>
        <translation>da, aber die Einstellungen wählen HOG</translation>
    </message>
    <message>
        <source>missing, but the settings insist on it</source>
        <translation>fehlt, aber die Einstellungen bestehen darauf</translation>
    </message>
    <message>
        <source>not there</source>
        <translation>nicht da</translation>
    </message>
    <message>
        <source>Fetching YuNet ...</source>
        <translation>YuNet wird geladen …</translation>
    </message>
    <message>
        <source>YuNet is here.</source>
        <translation>YuNet ist da.</translation>
    </message>
    <message>
        <source>Stopping ...</source>
        <translation>Wird abgebrochen …</translation>
    </message>
    <message>
        <source>YuNet&apos;s file</source>
        <translation>Datei von YuNet</translation>
    </message>
    <message>
        <source>Choose YuNet&apos;s file</source>
        <translation>Datei von YuNet wählen</translation>
    </message>
    <message>
        <source>Reading the file ...</source>
        <translation>Die Datei wird gelesen …</translation>
    </message>
    <message>
        <source>Removing it ...</source>
        <translation>Wird entfernt …</translation>
    </message>
    <message>
        <source>Removed.</source>
        <translation>Entfernt.</translation>
    </message>
</context>
<context>
    <name>DoorCard</name>
    <message>
        <source>Open {0} now?</source>
        <translation>{0} jetzt öffnen?</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>Take the key of {0} away? It is not let in any more until it is set up anew.</source>
        <translation>{0} den Schlüssel nehmen? Dann bleibt die Tür abgewiesen, bis du sie neu einrichtest.</translation>
    </message>
    <message>
        <source>Unpair</source>
        <translation>Entkoppeln</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Schauen</translation>
    </message>
    <message>
        <source>Take a picture now</source>
        <translation>Jetzt ein Bild machen</translation>
    </message>
    <message>
        <source>Chime</source>
        <translation>Gong</translation>
    </message>
    <message>
        <source>Show a text on its screen</source>
        <translation>Text auf der Anzeige zeigen</translation>
    </message>
    <message>
        <source>Text for the screen of this door</source>
        <translation>Text für die Anzeige dieser Tür</translation>
    </message>
    <message>
        <source>Show the text</source>
        <translation>Text zeigen</translation>
    </message>
    <message>
        <source>For two minutes after somebody has rung</source>
        <translation>Zwei Minuten lang, nachdem jemand geklingelt hat</translation>
    </message>
    <message>
        <source>One-time code</source>
        <translation>Einmalcode</translation>
    </message>
    <message>
        <source>One-time code that opens this door</source>
        <translation>Einmalcode, der diese Tür öffnet</translation>
    </message>
    <message>
        <source>How far the update is</source>
        <translation>Wie weit das Update ist</translation>
    </message>
    <message>
        <source>The key, shown this once. Put it into the door&apos;s config.json:</source>
        <translation>Der Schlüssel, nur dieses eine Mal zu sehen. Er gehört in die config.json der Tür:</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>What is seldom wanted with this door</source>
        <translation>Was diese Tür selten braucht</translation>
    </message>
    <message>
        <source>Pair: give it a key</source>
        <translation>Koppeln: Schlüssel geben</translation>
    </message>
    <message>
        <source>Unpair: take its key away</source>
        <translation>Entkoppeln: Schlüssel nehmen</translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation>Abweisen</translation>
    </message>
    <message>
        <source>Update firmware</source>
        <translation>Firmware aktualisieren</translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>Zulassen</translation>
    </message>
    <message>
        <source>To look, chime or show a text, connect MQTT in Settings: it is the way to a door.</source>
        <translation>Zum Schauen, für den Gong und für Texte verbinde MQTT in den Einstellungen: Das ist der Weg zur Tür.</translation>
    </message>
    <message>
        <source>Sending…</source>
        <translation>Wird gesendet …</translation>
    </message>
    <message>
        <source>{0} is refused: what it sends is turned away.</source>
        <translation>{0} ist abgewiesen: Was von dort kommt, wird nicht angenommen.</translation>
    </message>
</context>
<context>
    <name>DoorName</name>
    <message>
        <source>Name of this door</source>
        <translation>Name dieser Tür</translation>
    </message>
    <message>
        <source>Type a new name and press Enter to rename</source>
        <translation>Neuen Namen eintippen und Eingabetaste drücken</translation>
    </message>
</context>
<context>
    <name>DoorsPage</name>
    <message>
        <source>Doors</source>
        <translation>Türen</translation>
    </message>
    <message>
        <source>Full test</source>
        <translation>Großer Test</translation>
    </message>
    <message>
        <source>Send a ring that nobody made the whole way, and see the time of each leg</source>
        <translation>Ein Klingeln, das niemand ausgelöst hat, den ganzen Weg schicken und die Zeit jeder Strecke sehen</translation>
    </message>
    <message>
        <source>Add a door…</source>
        <translation>Tür hinzufügen …</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>Verbergen</translation>
    </message>
</context>
<context>
    <name>Enrolment</name>
    <message>
        <source>There are no pictures in there.</source>
        <translation>Da sind keine Bilder drin.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Close this report</source>
        <translation>Diesen Bericht schließen</translation>
    </message>
    <message>
        <source>Whose photos are these? (a name you know, or a new one)</source>
        <translation>Wessen Fotos sind das? (ein bekannter Name oder ein neuer)</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Photos judged</source>
        <translation>Beurteilte Fotos</translation>
    </message>
    <message>
        <source>Photos just added</source>
        <translation>Gerade hinzugefügte Fotos</translation>
    </message>
    <message>
        <source>Show why</source>
        <translation>Zeigen, warum</translation>
    </message>
    <message>
        <source>Leave it out</source>
        <translation>Weglassen</translation>
    </message>
    <message numerus="yes">
        <source>%n photos of somebody</source>
        <translation>
            <numerusform>%n Foto von jemandem</numerusform>
            <numerusform>%n Fotos von jemandem</numerusform>
        </translation>
    </message>
    <message>
        <source>Photos of {0}: {1} of {2} looked at</source>
        <translation>Fotos von {0}: {1} von {2} angesehen</translation>
    </message>
    <message>
        <source>Choose the face</source>
        <translation>Gesicht wählen</translation>
    </message>
</context>
<context>
    <name>FaceChooser</name>
    <message>
        <source>Back to the list</source>
        <translation>Zurück zur Liste</translation>
    </message>
    <message>
        <source>Photo {0}</source>
        <translation>Foto {0}</translation>
    </message>
    <message>
        <source>Looking for faces …</source>
        <translation>Gesichter werden gesucht …</translation>
    </message>
    <message>
        <source>This photo cannot be shown</source>
        <translation>Dieses Foto lässt sich nicht zeigen</translation>
    </message>
</context>
<context>
    <name>FaceCrop</name>
    <message>
        <source>Drag this face onto a person</source>
        <translation>Zieh dieses Gesicht auf eine Person</translation>
    </message>
</context>
<context>
    <name>FaceView</name>
    <message>
        <source>A face, seen {0}</source>
        <translation>Ein Gesicht, gesehen: {0}</translation>
    </message>
</context>
<context>
    <name>FolderEditor</name>
    <message>
        <source>Choose a folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>Choose a folder: {0}</source>
        <translation>Ordner wählen: {0}</translation>
    </message>
</context>
<context>
    <name>ForgetCard</name>
    <message>
        <source>Forget for good</source>
        <translation>Für immer vergessen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>The photos, what was learnt from them, the name in every visit and rule, and what MQTT and Telegram show of it. The pictures of the visits stay until you delete those. This cannot be undone.</source>
        <translation>Die Fotos, was daraus gelernt ist, der Name in jedem Besuch und jeder Regel und was MQTT und Telegram davon zeigen. Die Bilder der Besuche bleiben, bis du sie löschst. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Forget {0} for good?</source>
        <translation>{0} für immer vergessen?</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>{0} is forgotten. This is gone:</source>
        <translation>{0} ist vergessen. Das ist weg:</translation>
    </message>
    <message>
        <source>What chats were told in other words, and messages of other services, stay where they are.</source>
        <translation>Was in Chats mit anderen Worten stand, und Nachrichten anderer Dienste bleiben, wo sie sind.</translation>
    </message>
</context>
<context>
    <name>FullTestCard</name>
    <message>
        <source>Full test</source>
        <translation>Großer Test</translation>
    </message>
    <message>
        <source>A ring that nobody made is on its way: to the phone, the broker and every screen, marked TEST…</source>
        <translation>Ein Klingeln, das niemand ausgelöst hat, ist unterwegs: zum Telefon, zum Broker und zu jeder Anzeige, mit TEST markiert …</translation>
    </message>
    <message>
        <source>Again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>GalleryTransfer</name>
    <message>
        <source>Photos done</source>
        <translation>Erledigte Fotos</translation>
    </message>
    <message>
        <source>Add them to mine</source>
        <translation>Zu meinen dazu</translation>
    </message>
    <message>
        <source>Replace mine</source>
        <translation>Meine ersetzen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Porchlight people {0}.zip</source>
        <translation>Porchlight-Personen {0}.zip</translation>
    </message>
    <message>
        <source>Export everybody</source>
        <translation>Alle exportieren</translation>
    </message>
    <message>
        <source>ZIP files (*.zip)</source>
        <translation>ZIP-Dateien (*.zip)</translation>
    </message>
    <message>
        <source>Import people</source>
        <translation>Personen importieren</translation>
    </message>
    <message>
        <source>Writing {0} …</source>
        <translation>{0} wird geschrieben …</translation>
    </message>
    <message>
        <source>{0}: shall its people come beside yours, or in their place?</source>
        <translation>{0}: Sollen diese Personen zu deinen dazu oder an ihre Stelle?</translation>
    </message>
    <message>
        <source>Reading {0} …</source>
        <translation>{0} wird gelesen …</translation>
    </message>
    <message>
        <source>{0} are in {1} now. Keep it as you keep the photos themselves.</source>
        <translation>{0}: jetzt in {1}. Verwahr die Datei wie die Fotos selbst.</translation>
    </message>
    <message>
        <source>Neither</source>
        <translation>Weder noch</translation>
    </message>
</context>
<context>
    <name>HoursEditor</name>
    <message>
        <source>Choose at least one day.</source>
        <translation>Wähl mindestens einen Tag.</translation>
    </message>
</context>
<context>
    <name>HoursPicker</name>
    <message>
        <source>Add hours</source>
        <translation>Zeit hinzufügen</translation>
    </message>
    <message>
        <source>Add hours: {0}</source>
        <translation>Zeit hinzufügen: {0}</translation>
    </message>
</context>
<context>
    <name>IdentityModel</name>
    <message>
        <source>{0}, {1} of {2} photos usable</source>
        <translation>{0}, {1} von {2} Fotos brauchbar</translation>
    </message>
</context>
<context>
    <name>Life</name>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Quiet for an hour</source>
        <translation>Eine Stunde Ruhe</translation>
    </message>
    <message>
        <source>Something went wrong inside Porchlight ({0}). It is written to the log.</source>
        <translation>In Porchlight ist etwas schiefgegangen ({0}). Es steht im Protokoll.</translation>
    </message>
    <message>
        <source>Open the log</source>
        <translation>Protokoll öffnen</translation>
    </message>
    <message>
        <source>It keeps watching the door. Quit it from this icon.</source>
        <translation>Porchlight behält die Tür im Blick. Beenden kannst du es über dieses Symbol.</translation>
    </message>
    <message>
        <source>Keep watching the door? Quitting means that rings are no longer answered.</source>
        <translation>Soll Porchlight die Tür weiter im Blick behalten? Nach dem Beenden meldet niemand mehr das Klingeln.</translation>
    </message>
    <message>
        <source>Keep watching, minimised</source>
        <translation>Weiter, minimiert</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
</context>
<context>
    <name>LivePage</name>
    <message>
        <source>A photo to try</source>
        <translation>Ein Foto zum Ausprobieren</translation>
    </message>
    <message>
        <source>Drop the picture to try it as if it rang at the door.</source>
        <translation>Lass das Bild los, um es auszuprobieren, als hätte es an der Tür geklingelt.</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Try a photo as if it rang</source>
        <translation>Ein Foto ausprobieren, als hätte es geklingelt</translation>
    </message>
    <message>
        <source>Today&apos;s visits</source>
        <translation>Besuche von heute</translation>
    </message>
    <message>
        <source>Nobody so far today.</source>
        <translation>Heute noch niemand.</translation>
    </message>
    <message>
        <source>{0} could not be used. {1}</source>
        <translation>{0} war nicht zu gebrauchen. {1}</translation>
    </message>
    <message>
        <source>There is no picture in {0}.</source>
        <translation>In {0} ist kein Bild.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>Visits</source>
        <translation>Besuche</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personen</translation>
    </message>
    <message>
        <source>Doors</source>
        <translation>Türen</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>startet</translation>
    </message>
    <message>
        <source>not working</source>
        <translation>geht nicht</translation>
    </message>
    <message>
        <source>{0} does not work: {1}</source>
        <translation>{0} geht nicht: {1}</translation>
    </message>
    <message>
        <source>Open settings</source>
        <translation>Einstellungen öffnen</translation>
    </message>
</context>
<context>
    <name>Naming</name>
    <message numerus="yes">
        <source>Without a name besides: %n</source>
        <translation>
            <numerusform>Außerdem ohne Namen: %n</numerusform>
            <numerusform>Außerdem ohne Namen: %n</numerusform>
        </translation>
    </message>
    <message>
        <source>The face in question</source>
        <translation>Das Gesicht, um das es geht</translation>
    </message>
    <message>
        <source>This is ... (a name you know, or a new one)</source>
        <translation>Das ist … (ein bekannter Name oder ein neuer)</translation>
    </message>
    <message>
        <source>Save name</source>
        <translation>Namen sichern</translation>
    </message>
    <message>
        <source>Give this visitor a name</source>
        <translation>Diesem Besuch einen Namen geben</translation>
    </message>
</context>
<context>
    <name>NotThem</name>
    <message>
        <source>Not {0}</source>
        <translation>Nicht {0}</translation>
    </message>
    <message>
        <source>A visit not kept</source>
        <translation>Ein Besuch, der nicht mehr da ist</translation>
    </message>
    <message>
        <source>Said {0}</source>
        <translation>Gesagt: {0}</translation>
    </message>
    <message>
        <source>This may be {0} after all: earlier visits are judged again</source>
        <translation>Das kann doch {0} sein: frühere Besuche werden neu beurteilt</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>Faces like this one may be given the name {0} again.</source>
        <translation>Gesichter wie dieses können wieder {0} heißen.</translation>
    </message>
    <message numerus="yes">
        <source>Visits that changed with it: %n.</source>
        <translation>
            <numerusform>Besuche, die sich dadurch geändert haben: %n.</numerusform>
            <numerusform>Besuche, die sich dadurch geändert haben: %n.</numerusform>
        </translation>
    </message>
    <message>
        <source>This was taken back meanwhile.</source>
        <translation>Das wurde inzwischen zurückgenommen.</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close this message</source>
        <translation>Diese Nachricht schließen</translation>
    </message>
    <message>
        <source>Undone: {0}</source>
        <translation>Rückgängig gemacht: {0}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>NumbersEditor</name>
    <message>
        <source>Numbers, separated by commas</source>
        <translation>Zahlen, durch Kommas getrennt</translation>
    </message>
</context>
<context>
    <name>OwnTestCard</name>
    <message>
        <source>Does it work here?</source>
        <translation>Klappt es hier?</translation>
    </message>
    <message>
        <source>Looking for every photo among the others …</source>
        <translation>Jedes Foto wird unter den anderen gesucht …</translation>
    </message>
    <message>
        <source>more alike</source>
        <translation>ähnlicher</translation>
    </message>
    <message>
        <source>less alike</source>
        <translation>weniger ähnlich</translation>
    </message>
    <message>
        <source>Back to the people</source>
        <translation>Zurück zu den Personen</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Test again</source>
        <translation>Noch einmal testen</translation>
    </message>
    <message>
        <source>Show the stranger&apos;s visit</source>
        <translation>Den Besuch der unbekannten Person zeigen</translation>
    </message>
    <message>
        <source>Photos flatter: at the door, and at night, everybody looks less like their photos.</source>
        <translation>Fotos schmeicheln: An der Tür und nachts sieht jeder seinen Fotos weniger ähnlich.</translation>
    </message>
    <message>
        <source>How alike photos are. {0}</source>
        <translation>Wie ähnlich sich Fotos sind. {0}</translation>
    </message>
    <message>
        <source>Each photo and the same person&apos;s others</source>
        <translation>Jedes Foto und die anderen derselben Person</translation>
    </message>
    <message>
        <source>Each photo and the nearest other person</source>
        <translation>Jedes Foto und die nächste andere Person</translation>
    </message>
    <message>
        <source>Strangers at the door and the nearest person</source>
        <translation>Unbekannte an der Tür und die nächste Person</translation>
    </message>
    <message>
        <source>names end here ({0})</source>
        <translation>Namen enden hier ({0})</translation>
    </message>
    <message>
        <source>safer here ({0})</source>
        <translation>hier sicherer ({0})</translation>
    </message>
    <message>
        <source>This could not be done</source>
        <translation>Das ging nicht</translation>
    </message>
</context>
<context>
    <name>PeopleGrid</name>
    <message>
        <source>Everybody who is known</source>
        <translation>Alle, die bekannt sind</translation>
    </message>
</context>
<context>
    <name>PeoplePage</name>
    <message>
        <source>Looking at {0} photos ...</source>
        <translation>{0} Fotos werden angesehen …</translation>
    </message>
    <message>
        <source>Photos of a person</source>
        <translation>Fotos einer Person</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personen</translation>
    </message>
    <message>
        <source>Everybody at once</source>
        <translation>Alle auf einmal</translation>
    </message>
    <message>
        <source>Export everybody …</source>
        <translation>Alle exportieren …</translation>
    </message>
    <message>
        <source>Import people …</source>
        <translation>Personen importieren …</translation>
    </message>
    <message>
        <source>Add people …</source>
        <translation>Personen hinzufügen …</translation>
    </message>
    <message>
        <source>Nobody is known yet</source>
        <translation>Noch ist niemand bekannt</translation>
    </message>
    <message>
        <source>Drop photos or a folder here, from any program. A folder&apos;s name becomes the person&apos;s name. Two or three sharp photos, face to the camera, are enough.</source>
        <translation>Zieh Fotos oder einen Ordner hierher, aus jedem Programm. Der Name des Ordners wird der Name der Person. Zwei oder drei scharfe Fotos mit dem Gesicht zur Kamera genügen.</translation>
    </message>
    <message>
        <source>Choose photos …</source>
        <translation>Fotos wählen …</translation>
    </message>
    <message numerus="yes">
        <source>%n visits say {0} now</source>
        <translation>
            <numerusform>%n Besuch heißt jetzt {0}</numerusform>
            <numerusform>%n Besuche heißen jetzt {0}</numerusform>
        </translation>
    </message>
    <message>
        <source>; the face is no good photo: {0}</source>
        <translation>; als Foto taugt das Gesicht nicht: {0}</translation>
    </message>
    <message>
        <source>Photos of {0}</source>
        <translation>Fotos von {0}</translation>
    </message>
    <message>
        <source>These files cannot be read: {0}</source>
        <translation>Diese Dateien lassen sich nicht lesen: {0}</translation>
    </message>
</context>
<context>
    <name>PersonPanel</name>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>Name of this person</source>
        <translation>Name dieser Person</translation>
    </message>
    <message>
        <source>Type a new name and press Enter to rename</source>
        <translation>Neuen Namen eintippen und Eingabetaste drücken</translation>
    </message>
    <message>
        <source>Who is this as well?</source>
        <translation>Wer ist das noch?</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>Zusammenlegen</translation>
    </message>
    <message>
        <source>Recognised by {0}.</source>
        <translation>Wird erkannt an: {0}.</translation>
    </message>
    <message>
        <source>No photo can be used yet: add one with the face sharp and turned to the camera.</source>
        <translation>Noch ist kein Foto zu gebrauchen: Nimm eins mit scharfem Gesicht, das zur Kamera sieht.</translation>
    </message>
    <message>
        <source>{0} is called {1} from now on</source>
        <translation>{0} heißt ab jetzt {1}</translation>
    </message>
    <message>
        <source>{0} and {1} are one person now</source>
        <translation>{0} und {1} sind jetzt eine Person</translation>
    </message>
    <message>
        <source>{0} went to {1}</source>
        <translation>{0}: jetzt bei {1}</translation>
    </message>
    <message>
        <source>Whose are the chosen photos?</source>
        <translation>Wem gehören die gewählten Fotos?</translation>
    </message>
    <message>
        <source>Give</source>
        <translation>Geben</translation>
    </message>
    <message>
        <source>{0} was removed</source>
        <translation>{0} wurde entfernt</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Add photos …</source>
        <translation>Fotos hinzufügen …</translation>
    </message>
    <message>
        <source>Remove photo</source>
        <translation>Foto entfernen</translation>
    </message>
    <message>
        <source>What else to do with this person</source>
        <translation>Was du mit dieser Person noch tun kannst</translation>
    </message>
    <message>
        <source>Is somebody else as well …</source>
        <translation>Ist auch jemand anderes …</translation>
    </message>
    <message>
        <source>The chosen photos are somebody else&apos;s …</source>
        <translation>Gewählte Fotos gehören zu jemand anderem …</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Forget for good …</source>
        <translation>Für immer vergessen …</translation>
    </message>
    <message>
        <source>There is a {1} already. Is that the same person as {0}?</source>
        <translation>{1} gibt es schon. Ist das dieselbe Person wie {0}?</translation>
    </message>
    <message>
        <source>Yes, merge them</source>
        <translation>Ja, zusammenlegen</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Nein</translation>
    </message>
</context>
<context>
    <name>Problems</name>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Open the settings file</source>
        <translation>Einstellungsdatei öffnen</translation>
    </message>
    <message>
        <source>Use port {0} instead</source>
        <translation>Stattdessen Port {0} nehmen</translation>
    </message>
    <message>
        <source>The log says more.</source>
        <translation>Mehr steht im Protokoll.</translation>
    </message>
    <message>
        <source>The disk or the network said no: {0}.</source>
        <translation>Der Datenträger oder das Netz hat abgelehnt: {0}.</translation>
    </message>
    <message>
        <source>Porchlight cannot start</source>
        <translation>Porchlight kann nicht starten</translation>
    </message>
    <message>
        <source>An error inside Porchlight: {0}: {1}. It is written to the log.</source>
        <translation>Ein Fehler in Porchlight: {0}: {1}. Er steht im Protokoll.</translation>
    </message>
</context>
<context>
    <name>QrCode</name>
    <message>
        <source>QR code</source>
        <translation>QR-Code</translation>
    </message>
</context>
<context>
    <name>QuietControl</name>
    <message>
        <source>Quiet: be told of nobody for a while</source>
        <translation>Ruhe: eine Weile nichts gemeldet bekommen</translation>
    </message>
    <message>
        <source>End quiet</source>
        <translation>Ruhe beenden</translation>
    </message>
    <message>
        <source>the window</source>
        <translation>dem Fenster</translation>
    </message>
    <message>
        <source>For half an hour</source>
        <translation>Für eine halbe Stunde</translation>
    </message>
    <message>
        <source>For an hour</source>
        <translation>Für eine Stunde</translation>
    </message>
    <message>
        <source>For eight hours</source>
        <translation>Für acht Stunden</translation>
    </message>
    <message>
        <source>Until I end it</source>
        <translation>Bis ich sie beende</translation>
    </message>
</context>
<context>
    <name>Reply</name>
    <message>
        <source>Own words for the door&apos;s screen</source>
        <translation>Eigener Text für die Anzeige der Tür</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>A text for the screen at {0}</source>
        <translation>Ein Text für die Anzeige: {0}</translation>
    </message>
    <message>
        <source>Telling {0} ...</source>
        <translation>Wird gesendet: {0} …</translation>
    </message>
</context>
<context>
    <name>SecretEditor</name>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Forget: {0}</source>
        <translation>Vergessen: {0}</translation>
    </message>
    <message>
        <source>•••••••• saved</source>
        <translation>•••••••• gesichert</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>nicht gesetzt</translation>
    </message>
</context>
<context>
    <name>SectionCard</name>
    <message>
        <source>More settings</source>
        <translation>Mehr Einstellungen</translation>
    </message>
    <message>
        <source>Trying ...</source>
        <translation>Wird ausprobiert …</translation>
    </message>
    <message>
        <source>Test {0}</source>
        <translation>{0} testen</translation>
    </message>
    <message>
        <source>Fewer settings</source>
        <translation>Weniger Einstellungen</translation>
    </message>
</context>
<context>
    <name>SetUpPanel</name>
    <message>
        <source>Set up a door over USB</source>
        <translation>Tür über USB einrichten</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird abgebrochen …</translation>
    </message>
    <message>
        <source>MicroPython for the board</source>
        <translation>MicroPython für die Platine</translation>
    </message>
    <message>
        <source>MicroPython</source>
        <translation>MicroPython</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>What you call it: Front door</source>
        <translation>Wie du sie nennst: Haustür</translation>
    </message>
    <message>
        <source>Lower-case letters, digits and hyphens</source>
        <translation>Kleinbuchstaben, Ziffern und Bindestriche</translation>
    </message>
    <message>
        <source>Board</source>
        <translation>Platine</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>Kennung</translation>
    </message>
    <message>
        <source>Boards</source>
        <translation>Platinen</translation>
    </message>
    <message>
        <source>How far this step is</source>
        <translation>Wie weit dieser Schritt ist</translation>
    </message>
    <message>
        <source>Set up</source>
        <translation>Einrichten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>My board is not listed</source>
        <translation>Meine Platine fehlt in der Liste</translation>
    </message>
    <message>
        <source>The USB cable must carry data; many carry power only.</source>
        <translation>Das USB-Kabel muss Daten führen; viele führen nur Strom.</translation>
    </message>
    <message>
        <source>A new board needs MicroPython first. Download the newest .uf2 file for W5100S_EVB_PICO from micropython.org. Hold the button BOOTSEL on the board while you plug it in: it shows as the drive RPI-RP2. Then choose the file here.</source>
        <translation>Eine neue Platine braucht zuerst MicroPython. Lade die neueste .uf2-Datei für W5100S_EVB_PICO von micropython.org. Halte beim Einstecken die Taste BOOTSEL auf der Platine: Sie erscheint als Laufwerk RPI-RP2. Wähl dann hier die Datei.</translation>
    </message>
    <message>
        <source>Choose the .uf2 file…</source>
        <translation>.uf2-Datei wählen …</translation>
    </message>
    <message>
        <source>{0}, number {1}</source>
        <translation>{0}, Nummer {1}</translation>
    </message>
    <message>
        <source>Plug the board in with a USB cable</source>
        <translation>Steck die Platine mit einem USB-Kabel an</translation>
    </message>
    <message>
        <source>Talking to the board…</source>
        <translation>Die Platine wird angesprochen …</translation>
    </message>
    <message>
        <source>{0}…</source>
        <translation>{0} …</translation>
    </message>
    <message>
        <source>{0} is set up and has said hello.</source>
        <translation>{0} ist eingerichtet und hat sich gemeldet.</translation>
    </message>
    <message>
        <source>MicroPython is on the board: give the door a name and set it up.</source>
        <translation>MicroPython ist auf der Platine: Gib der Tür einen Namen und richte sie ein.</translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>Saved; takes effect at the next start</source>
        <translation>Gesichert; gilt ab dem nächsten Start</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Gesichert</translation>
    </message>
    <message>
        <source>Saving ...</source>
        <translation>Wird gesichert …</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Try the sound</source>
        <translation>Klang probieren</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Test everything</source>
        <translation>Alles testen</translation>
    </message>
    <message>
        <source>Send a test the whole way: receiver, recognition, phone, broker, screens</source>
        <translation>Einen Test den ganzen Weg schicken: Empfänger, Erkennung, Telefon, Broker, Anzeigen</translation>
    </message>
    <message>
        <source>Open the settings file</source>
        <translation>Einstellungsdatei öffnen</translation>
    </message>
    <message>
        <source>The settings are in {0}</source>
        <translation>Die Einstellungen stehen in {0}</translation>
    </message>
</context>
<context>
    <name>SnapshotStrip</name>
    <message>
        <source>Picture {0} of this visit</source>
        <translation>Bild {0} dieses Besuchs</translation>
    </message>
    <message>
        <source>A better picture came: it took the first one&apos;s place.</source>
        <translation>Ein besseres Bild kam: Es hat das erste abgelöst.</translation>
    </message>
    <message>
        <source>Of these pictures the first shows most.</source>
        <translation>Von diesen Bildern zeigt das erste am meisten.</translation>
    </message>
</context>
<context>
    <name>SpanLine</name>
    <message>
        <source>to</source>
        <translation>bis</translation>
    </message>
    <message>
        <source>Take these hours away</source>
        <translation>Diese Zeit entfernen</translation>
    </message>
    <message>
        <source>{0}: from</source>
        <translation>{0}: von</translation>
    </message>
    <message>
        <source>{0}: to</source>
        <translation>{0}: bis</translation>
    </message>
    <message>
        <source>Take away: {0}</source>
        <translation>Entfernen: {0}</translation>
    </message>
    <message>
        <source>the next day</source>
        <translation>am nächsten Tag</translation>
    </message>
</context>
<context>
    <name>StartingPage</name>
    <message>
        <source>Porchlight is starting ...</source>
        <translation>Porchlight startet …</translation>
    </message>
    <message>
        <source>It takes a second or two.</source>
        <translation>Es dauert ein, zwei Sekunden.</translation>
    </message>
</context>
<context>
    <name>StatusLight</name>
    <message>
        <source>Status light</source>
        <translation>Statuslicht</translation>
    </message>
</context>
<context>
    <name>StrangerPanel</name>
    <message>
        <source>This is … (a name you know, or a new one)</source>
        <translation>Das ist … (ein bekannter Name oder ein neuer)</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Sichern</translation>
    </message>
    <message>
        <source>Ignore for good</source>
        <translation>Nicht mehr beachten</translation>
    </message>
    <message>
        <source>Ask about them again</source>
        <translation>Wieder danach fragen</translation>
    </message>
    <message>
        <source>{0} is ignored</source>
        <translation>{0} wird nicht mehr beachtet</translation>
    </message>
    <message>
        <source>{0} is asked about again</source>
        <translation>Nach {0} wird wieder gefragt</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>All these visits get the name, and the best face becomes a photo. You can also drag the face from below onto somebody&apos;s card.</source>
        <translation>Alle diese Besuche bekommen den Namen, und das beste Gesicht wird ein Foto. Du kannst das Gesicht von unten auch auf die Karte einer Person ziehen.</translation>
    </message>
</context>
<context>
    <name>StrangersStrip</name>
    <message>
        <source>People who came more than once</source>
        <translation>Wer öfter als einmal kam</translation>
    </message>
    <message>
        <source>Who is this? They came more than once</source>
        <translation>Wer ist das? Kam öfter als einmal</translation>
    </message>
    <message numerus="yes">
        <source>%n are ignored</source>
        <translation>
            <numerusform>%n nicht beachtet</numerusform>
            <numerusform>%n nicht beachtet</numerusform>
        </translation>
    </message>
    <message>
        <source>Hide who is ignored</source>
        <translation>Nicht Beachtete verbergen</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Open Porchlight</source>
        <translation>Porchlight öffnen</translation>
    </message>
    <message>
        <source>Quit: rings are no longer answered</source>
        <translation>Beenden: Klingeln wird nicht mehr gemeldet</translation>
    </message>
    <message>
        <source>Porchlight is watching the door</source>
        <translation>Porchlight behält die Tür im Blick</translation>
    </message>
</context>
<context>
    <name>VirtualDoorPanel</name>
    <message>
        <source>Virtual door</source>
        <translation>Virtuelle Tür</translation>
    </message>
    <message>
        <source>Start the virtual door</source>
        <translation>Virtuelle Tür starten</translation>
    </message>
    <message>
        <source>Forget it and its key</source>
        <translation>Sie und ihren Schlüssel vergessen</translation>
    </message>
    <message>
        <source>starting…</source>
        <translation>startet …</translation>
    </message>
    <message>
        <source>Who stands before the virtual door?</source>
        <translation>Wer steht vor der virtuellen Tür?</translation>
    </message>
    <message>
        <source>A door without hardware: the real firmware on a board that exists on this computer only. Ring it, choose who stands before it, make it night, pull the cable, break the camera.</source>
        <translation>Eine Tür ohne Hardware: die echte Firmware auf einer Platine, die es nur auf diesem Computer gibt. Klingle, wähl, wer davor steht, lass es Nacht werden, zieh das Kabel, mach die Kamera kaputt.</translation>
    </message>
    <message>
        <source>Switch the virtual door off</source>
        <translation>Virtuelle Tür ausschalten</translation>
    </message>
    <message>
        <source>Its screen</source>
        <translation>Ihre Anzeige</translation>
    </message>
    <message>
        <source>status light</source>
        <translation>Statuslicht</translation>
    </message>
    <message>
        <source>Ring the bell</source>
        <translation>Klingeln</translation>
    </message>
    <message>
        <source>Who stands before the door</source>
        <translation>Wer vor der Tür steht</translation>
    </message>
    <message>
        <source>Choose a picture…</source>
        <translation>Bild wählen …</translation>
    </message>
    <message>
        <source>Or drop one here.</source>
        <translation>Oder zieh eins hierher.</translation>
    </message>
    <message>
        <source>Light at the door, from night to day</source>
        <translation>Licht an der Tür, von Nacht bis Tag</translation>
    </message>
    <message>
        <source>Network cable plugged in</source>
        <translation>Netzkabel eingesteckt</translation>
    </message>
    <message>
        <source>What is wrong with the camera</source>
        <translation>Was mit der Kamera nicht stimmt</translation>
    </message>
    <message>
        <source>Ways in which a camera breaks</source>
        <translation>Wie eine Kamera kaputtgeht</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Licht</translation>
    </message>
    <message>
        <source>Cable</source>
        <translation>Kabel</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>(dark)</source>
        <translation>(dunkel)</translation>
    </message>
    <message>
        <source>(no screen)</source>
        <translation>(keine Anzeige)</translation>
    </message>
    <message>
        <source>on</source>
        <translation>an</translation>
    </message>
    <message>
        <source>no network</source>
        <translation>kein Netz</translation>
    </message>
    <message>
        <source>buzzer sounds</source>
        <translation>Summer tönt</translation>
    </message>
    <message>
        <source>buzzer</source>
        <translation>Summer</translation>
    </message>
</context>
<context>
    <name>VisitFilterBar</name>
    <message>
        <source>Search names, doors, reasons</source>
        <translation>Namen, Türen, Gründe suchen</translation>
    </message>
    <message>
        <source>Search visits</source>
        <translation>Besuche suchen</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Suche leeren</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>Anybody</source>
        <translation>Alle Personen</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Door</source>
        <translation>Tür</translation>
    </message>
    <message>
        <source>All doors</source>
        <translation>Alle Türen</translation>
    </message>
    <message>
        <source>Days</source>
        <translation>Tage</translation>
    </message>
    <message>
        <source>Any day</source>
        <translation>Alle Tage</translation>
    </message>
    <message>
        <source>Show all visits</source>
        <translation>Alle Besuche zeigen</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Gestern</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>Letzte 7 Tage</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>Letzte 30 Tage</translation>
    </message>
    <message>
        <source>Choose days …</source>
        <translation>Tage wählen …</translation>
    </message>
    <message>
        <source>Any verdict</source>
        <translation>Alle Ergebnisse</translation>
    </message>
    <message>
        <source>People you know</source>
        <translation>Bekannte</translation>
    </message>
    <message>
        <source>Strangers</source>
        <translation>Unbekannte</translation>
    </message>
    <message>
        <source>Can&apos;t tell who</source>
        <translation>Unklar, wer</translation>
    </message>
    <message>
        <source>No face</source>
        <translation>Kein Gesicht</translation>
    </message>
    <message>
        <source>Not examined</source>
        <translation>Nicht untersucht</translation>
    </message>
    <message>
        <source>First day</source>
        <translation>Erster Tag</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>Letzter Tag</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>to</source>
        <translation>bis</translation>
    </message>
</context>
<context>
    <name>VisitPanel</name>
    <message>
        <source>Picture: {0}</source>
        <translation>Bild: {0}</translation>
    </message>
    <message>
        <source>The door was asked for a new picture.</source>
        <translation>Die Tür wurde um ein neues Bild gebeten.</translation>
    </message>
    <message>
        <source>Not {0}: faces like this one will not be given that name.</source>
        <translation>Nicht {0}: Gesichter wie dieses bekommen diesen Namen nicht mehr.</translation>
    </message>
    <message numerus="yes">
        <source>Other visits that changed with it: %n.</source>
        <translation>
            <numerusform>Andere Besuche, die sich damit geändert haben: %n.</numerusform>
            <numerusform>Andere Besuche, die sich damit geändert haben: %n.</numerusform>
        </translation>
    </message>
    <message>
        <source>This is {0}: the face was added to their photos and will be known.</source>
        <translation>Das ist {0}: Das Gesicht ist jetzt bei den Fotos und wird erkannt.</translation>
    </message>
    <message>
        <source>Noted as {0}. The face was not added to their photos: {1}. A better photo can be added on People.</source>
        <translation>Als {0} notiert. Zu den Fotos kam das Gesicht nicht: {1}. Ein besseres Foto kannst du bei Personen hinzufügen.</translation>
    </message>
    <message numerus="yes">
        <source>Other visits of theirs that have the name now: %n.</source>
        <translation>
            <numerusform>Andere Besuche, die jetzt auch so heißen: %n.</numerusform>
            <numerusform>Andere Besuche, die jetzt auch so heißen: %n.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VisitReasons</name>
    <message>
        <source>Why this verdict</source>
        <translation>Warum dieses Ergebnis</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}: {1}</translation>
    </message>
    <message numerus="yes">
        <source>The best of %n pictures.</source>
        <translation>
            <numerusform>Das beste von %n Bildern.</numerusform>
            <numerusform>Das beste von %n Bildern.</numerusform>
        </translation>
    </message>
    <message>
        <source>Nobody rang: the picture was asked for.</source>
        <translation>Niemand hat geklingelt: Das Bild wurde angefordert.</translation>
    </message>
    <message>
        <source>See the door</source>
        <translation>Tür ansehen</translation>
    </message>
</context>
<context>
    <name>VisitsPage</name>
    <message>
        <source>All visits</source>
        <translation>Alle Besuche</translation>
    </message>
    <message>
        <source>Deleted: {0}, {1}</source>
        <translation>Gelöscht: {0}, {1}</translation>
    </message>
    <message>
        <source>Visit of {0}.zip</source>
        <translation>Besuch vom {0}.zip</translation>
    </message>
    <message>
        <source>Export this visit</source>
        <translation>Diesen Besuch exportieren</translation>
    </message>
    <message>
        <source>ZIP files (*.zip)</source>
        <translation>ZIP-Dateien (*.zip)</translation>
    </message>
    <message>
        <source>The visit is in {0}, with its pictures.</source>
        <translation>Der Besuch ist mit seinen Bildern in {0}.</translation>
    </message>
    <message>
        <source>Export this list</source>
        <translation>Diese Liste exportieren</translation>
    </message>
    <message>
        <source>Visits.csv</source>
        <translation>Besuche.csv</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tabellen (*.csv)</translation>
    </message>
    <message>
        <source>The list is being written …</source>
        <translation>Die Liste wird geschrieben …</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>No visits yet</source>
        <translation>Noch keine Besuche</translation>
    </message>
    <message>
        <source>Whoever rings is kept here with picture and verdict. On Live you can try it with a photo.</source>
        <translation>Wer klingelt, wird hier mit Bild und Ergebnis aufgehoben. Unter Live kannst du es mit einem Foto ausprobieren.</translation>
    </message>
    <message>
        <source>Choose a visit</source>
        <translation>Wähl einen Besuch</translation>
    </message>
    <message>
        <source>Its pictures, faces and messages appear here.</source>
        <translation>Seine Bilder, Gesichter und Nachrichten erscheinen hier.</translation>
    </message>
    <message>
        <source>Export this list as a table</source>
        <translation>Diese Liste als Tabelle exportieren</translation>
    </message>
    <message>
        <source>No visit fits</source>
        <translation>Kein Besuch passt</translation>
    </message>
    <message>
        <source>Nothing that is kept is like this.</source>
        <translation>So etwas ist nicht dabei.</translation>
    </message>
    <message>
        <source>Show all visits</source>
        <translation>Alle Besuche zeigen</translation>
    </message>
    <message>
        <source>Export …</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Delete this visit</source>
        <translation>Diesen Besuch löschen</translation>
    </message>
    <message numerus="yes">
        <source>%Ln visits</source>
        <translation>
            <numerusform>%n Besuch</numerusform>
            <numerusform>%Ln Besuche</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} has %Ln visits.</source>
        <translation>
            <numerusform>In {0} ist %n Besuch.</numerusform>
            <numerusform>In {0} sind %Ln Besuche.</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing was written.</source>
        <translation>Es wurde nichts geschrieben.</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>This visit is gone meanwhile.</source>
        <translation>Diesen Besuch gibt es inzwischen nicht mehr.</translation>
    </message>
</context>
<context>
    <name>WaitingDoors</name>
    <message>
        <source>The door&apos;s first picture</source>
        <translation>Das erste Bild der Tür</translation>
    </message>
    <message>
        <source>A new door wants to connect: {0}</source>
        <translation>Eine neue Tür möchte sich verbinden: {0}</translation>
    </message>
    <message>
        <source>Its pictures wait, unexamined, until you decide. First heard {0}.</source>
        <translation>Ihre Bilder warten ungesehen, bis du entscheidest. Zuerst gehört: {0}.</translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation>Abweisen</translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>Zulassen</translation>
    </message>
    <message>
        <source>{0} is connected.</source>
        <translation>{0} ist verbunden.</translation>
    </message>
    <message>
        <source>{0} is refused: its pictures are turned away.</source>
        <translation>{0} ist abgewiesen: Die Bilder werden nicht angenommen.</translation>
    </message>
</context>
</TS>
